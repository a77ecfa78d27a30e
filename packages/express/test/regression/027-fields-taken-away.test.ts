/** Regression: a field that a middleware before the cache had set and the handler took away was there again on every hit. */
import type { RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { packResponse, unpackResponse } from '../../src/stored-response.ts'
import { servedApp } from '../served-app.ts'

const helmet: RequestHandler = (_req, res, next) => {
  res.set({ 'X-Frame-Options': 'DENY', 'X-Request-Id': '1', 'Set-Cookie': 'session=own' })
  next()
}

const embeddable: RequestHandler = (req, res) => {
  res.removeHeader('X-Frame-Options')
  // What is one client's is not taken away from others.
  res.removeHeader('Set-Cookie')
  res.set({ 'Cache-Control': 'max-age=60', ETag: '"1"' })
  if (req.headers['if-none-match'] === undefined) res.send('embed me')
  else res.status(304).end()
}

const GONE = { 'x-request-id': '1', 'set-cookie': ['session=own'] }

test('a hit goes without it, and with all else, also once it was renewed', async () => {
  const { ask, clock, runs } = await servedApp(embeddable, { before: [helmet] })
  expect((await ask('/a')).headers['x-frame-options']).toBeUndefined()
  for (const [afterMs, expectedRuns] of [
    [0, 1],
    [60_000, 2],
    [0, 2],
  ] as const) {
    clock.advanceMs(afterMs)
    const { headers } = await ask('/a')
    expect(headers).toMatchObject(GONE)
    expect(headers['x-frame-options']).toBeUndefined()
    expect(runs()).toBe(expectedRuns)
  }
})

test('one who joins while it is made, too', async () => {
  const go = Promise.withResolvers<void>()
  const { ask, middleware, runs } = await servedApp(
    async (req, res, next) => {
      await go.promise
      return embeddable(req, res, next)
    },
    { before: [helmet] },
  )
  const first = ask('/a')
  await expect.poll(runs).toBe(1)
  const second = ask('/a')
  await expect.poll(() => middleware.stats().requests).toBe(2)
  go.resolve()
  for (const { headers } of await Promise.all([first, second])) expect(headers['x-frame-options']).toBeUndefined()
  expect(runs()).toBe(1)
})

test('a head that says nothing of it is one, and one that says nonsense is none', () => {
  const life = { responseAtMs: 0, initialAgeMs: 0, freshMs: 1, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 }
  const head = {
    status: 200,
    fields: [],
    tags: [],
    life: { ...life, mustRevalidate: false, noCache: false, notFor: [] },
  }
  const unpacked = (more: object): unknown => {
    const packed = packResponse({ ...head, nonce: undefined, body: Buffer.from('x') })
    const text = Buffer.from(JSON.stringify({ ...head, ...more }))
    const bytes = Buffer.concat([packed.subarray(0, 4), text, Buffer.from('x')])
    bytes.writeUInt32BE(text.length)
    return unpackResponse(bytes)
  }
  expect(unpacked({})).toMatchObject(head)
  expect(unpacked({ removed: ['x-a'] })).toMatchObject({ removed: ['x-a'] })
  for (const removed of [null, 'x-a', [5], {}]) expect(unpacked({ removed })).toBeUndefined()
})
