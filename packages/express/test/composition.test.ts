import { gunzipSync } from 'node:zlib'
import compression from 'compression'
import type { RequestHandler } from 'express'
import { describe, expect, test } from 'vitest'
import { servedApp } from './served-app.ts'

const TEXT = 'a long enough text, '.repeat(200)

describe.each(['before', 'after'] as const)('compression %s the cache', (place) => {
  const compress = compression({ threshold: 0 })

  test('each client gets the encoding it asked for, from one run or one per encoding', async () => {
    const { ask, runs } = await servedApp(
      (_req, res) => void res.set('Cache-Control', 'max-age=60').type('text').send(TEXT),
      {
        [place]: [compress],
      },
    )
    for (let round = 0; round < 2; round++) {
      const zipped = await ask('/a', { headers: { 'accept-encoding': 'gzip' } })
      expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
      expect(gunzipSync(zipped.bytes).toString()).toBe(TEXT)
      const plain = await ask('/a', { headers: { 'accept-encoding': 'identity' } })
      expect(plain.headers['content-encoding']).toBeUndefined()
      expect(plain.body).toBe(TEXT)
    }
    expect(runs()).toBe(place === 'before' ? 1 : 2)
  })

  test('W14: a part is a part of what the client can read', async () => {
    const { ask } = await servedApp(
      (_req, res) => void res.set('Cache-Control', 'max-age=60').type('text').send(TEXT),
      {
        [place]: [compress],
      },
    )
    await ask('/a', { headers: { 'accept-encoding': 'identity' } })
    await ask('/a', { headers: { 'accept-encoding': 'identity' } })
    const part = await ask('/a', {
      headers: { 'accept-encoding': place === 'before' ? 'gzip' : 'identity', range: 'bytes=2-5' },
    })
    expect(part).toMatchObject({ status: 206, body: TEXT.slice(2, 6) })
    expect(part.headers['content-encoding']).toBeUndefined()
  })

  test('a client that has it is told so', async () => {
    const { ask } = await servedApp(
      (_req, res) => void res.set('Cache-Control', 'max-age=60').type('text').send(TEXT),
      {
        [place]: [compress],
      },
    )
    for (const encoding of ['gzip', 'identity']) {
      const first = await ask('/a', { headers: { 'accept-encoding': encoding } })
      const headers = { 'accept-encoding': encoding, 'if-none-match': String(first.headers.etag) }
      expect(await ask('/a', { headers })).toMatchObject({ status: 304, body: '' })
    }
  })

  test('streamed', async () => {
    const { ask } = await servedApp(
      (_req, res) => {
        res.set('Cache-Control', 'max-age=60').type('text')
        for (let part = 0; part < 10; part++) res.write(TEXT)
        res.end()
      },
      { [place]: [compress] },
    )
    for (let round = 0; round < 2; round++) {
      const zipped = await ask('/a', { headers: { 'accept-encoding': 'gzip' } })
      expect(gunzipSync(zipped.bytes).toString()).toBe(TEXT.repeat(10))
    }
  })
})

test('a middleware before the cache that looks at what is written sees the bytes of a hit, and the client gets them', async () => {
  const seen: unknown[] = []
  const watched: RequestHandler = (req, res, next) => {
    const end: unknown = Reflect.get(res, 'end')
    if (req.headers['x-watched'] === undefined || typeof end !== 'function') return next()
    res.end = (...args: readonly unknown[]) => {
      seen.push(args[0])
      Reflect.apply(end, res, args)
      return res
    }
    next()
  }
  const bytes = Buffer.from([0, 127, 128, 233, 255])
  const { ask } = await servedApp((_req, res) => void res.set('Cache-Control', 'max-age=60').send(bytes), {
    before: [watched],
  })
  await ask('/a')
  expect((await ask('/a', { headers: { 'x-watched': '1' } })).bytes).toEqual(bytes)
  expect(seen).toEqual([bytes])
  expect((await ask('/a')).bytes).toEqual(bytes)
})
