// Cache-Status said of a response that was not stored no more than that it was not; and of one whose Content-Length is too much, that it was.
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test.each<[string, number, Record<string, string>]>([
  ['status', 206, { 'Content-Range': 'bytes 0-1/3' }],
  ['no-store', 200, { 'Cache-Control': 'no-store' }],
  ['private', 200, { 'Cache-Control': 'private, max-age=60' }],
  ['no-freshness', 200, {}],
  ['set-cookie', 200, { 'Cache-Control': 'max-age=60', 'Set-Cookie': 'a=b' }],
  ['vary', 200, { 'Cache-Control': 'max-age=60', Vary: '*' }],
  ['credentials', 200, { 'Cache-Control': 'max-age=60' }],
  ['tags', 200, { 'Cache-Control': 'max-age=60', 'Cache-Tag': Array.from({ length: 70 }, (_, at) => at).join() }],
  ['too-large', 200, { 'Cache-Control': 'max-age=60', 'Content-Length': '8' }],
])('detail=%s', async (reason, status, fields) => {
  const { ask, middleware } = await servedApp(
    (_req, res) => {
      res.writeHead(status, fields).end('too long')
    },
    { options: { maxBodyBytes: reason === 'too-large' ? 7 : 100 } },
  )
  const { headers } = await ask('/a', { headers: reason === 'credentials' ? { cookie: 'a=b' } : {} })
  expect(headers['cache-status']).toBe(`Stowage; fwd=uri-miss; detail=${reason}`)
  expect(middleware.stats()).toMatchObject({ stored: 0, unstorable: { [reason]: 1 } })
})

test('what reads unkeyed fields, where that is looked for', async () => {
  const { ask } = await servedApp(
    (req, res) => {
      res.set('Cache-Control', 'max-age=60').send(req.get('x-tenant') ?? '')
    },
    { options: { strictUnkeyed: true } },
  )
  expect((await ask('/a')).headers['cache-status']).toBe('Stowage; fwd=uri-miss; detail=unkeyed')
})
