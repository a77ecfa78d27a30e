/** Regression: a client that had a compressed body and asked for the rest of it, by its strong ETag or its date, got a part of the bytes before compression. */
import compression from 'compression'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const TEXT = 'a long enough text, '.repeat(200)
const LAST_MODIFIED = 'Wed, 31 Dec 2025 00:00:00 GMT'

function compressedApp(before = [compression({ threshold: 0 })]) {
  return servedApp(
    (_req, res) => {
      res.setHeader('Cache-Control', 'max-age=60')
      res.setHeader('Content-Type', 'text/plain')
      res.setHeader('ETag', '"1"')
      res.setHeader('Last-Modified', LAST_MODIFIED)
      res.end(TEXT)
    },
    { before },
  )
}

test.each(['"1"', LAST_MODIFIED])(
  'If-Range: %s is answered by the whole where it may be compressed',
  async (ifRange) => {
    const { ask, runs } = await compressedApp()
    const first = await ask('/a', { headers: { 'accept-encoding': 'gzip' } })
    expect(first.headers).toMatchObject({ 'content-encoding': 'gzip', etag: '"1"' })
    for (const encoding of ['gzip', 'identity, br', '*', 'gzip;q=0.5', 'identity;q=0, *;q=0.1', undefined]) {
      const headers = { range: 'bytes=10-', 'if-range': ifRange, ...(encoding && { 'accept-encoding': encoding }) }
      expect(await ask('/a', { headers }), encoding).toMatchObject({ status: 200 })
    }
    const again = await ask('/a', { headers: { 'accept-encoding': 'gzip', range: 'bytes=10-', 'if-range': ifRange } })
    expect(again.bytes).toEqual(first.bytes)
    expect(runs()).toBe(1)
  },
)

test.each(['identity', 'identity;q=1, *;q=0', 'gzip;q=0', 'br; q=0.000', ''])(
  'a client that takes nothing else than what is stored gets its part: %j',
  async (encoding) => {
    const { ask } = await compressedApp()
    await ask('/a', { headers: { 'accept-encoding': encoding } })
    const headers = { range: 'bytes=10-', 'if-range': '"1"', 'accept-encoding': encoding }
    expect(await ask('/a', { headers })).toMatchObject({ status: 206, body: TEXT.slice(10) })
  },
)

test('without If-Range, and where nothing lies over the response, parts are as ever', async () => {
  const compressed = await compressedApp()
  const plain = await compressedApp([])
  for (const { ask } of [compressed, plain]) await ask('/a')
  const headers = { range: 'bytes=10-', 'accept-encoding': 'gzip' }
  expect((await compressed.ask('/a', { headers })).status).toBe(206)
  expect((await plain.ask('/a', { headers: { ...headers, 'if-range': '"1"' } })).status).toBe(206)
})
