/** Regression: while the client of a run that hung stayed connected, nothing was stored for its key: each request that came had a run of its own. */
import type { RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { counting, servedApp } from '../served-app.ts'

const TIMEOUT_MS = 5_000
const options = { collapseTimeout: TIMEOUT_MS }

/** The first run hangs until it is told to go on. */
function hangingOnce(then: RequestHandler) {
  const gate = Promise.withResolvers<void>()
  let count = 0
  const handler: RequestHandler = async (req, res, next) => {
    const isFirst = ++count === 1
    if (isFirst) await gate.promise
    then(req, res, next)
  }
  return { handler, goOn: () => gate.resolve() }
}

/** The first request waits for what hangs, for longer than others wait. */
async function hung(then: RequestHandler = counting({ 'Cache-Control': 'max-age=600' })) {
  const { handler, goOn } = hangingOnce(then)
  const served = await servedApp(handler, { options })
  const first = served.ask('/a')
  await expect.poll(served.runs).toBe(1)
  served.clock.advanceMs(TIMEOUT_MS)
  return { ...served, first, goOn }
}

test('what a newer run has made is stored', async () => {
  const { ask, runs, first, middleware } = await hung()
  first.catch(() => undefined)
  const { headers, body } = await ask('/a')
  expect([headers['cache-status'], body]).toEqual(['Stowage; fwd=uri-miss; stored', 'run 1'])
  await expect.poll(() => middleware.stats().stored).toBe(1)
  await expect.poll(async () => (await ask('/a')).headers['cache-status']).toMatch(/; hit/)
  expect((await ask('/a')).body).toBe('run 1')
  expect(runs()).toBe(2)
})

test('the one that hung keeps nothing when it goes on after all', async () => {
  const { ask, first, goOn, middleware } = await hung()
  await ask('/a')
  goOn()
  expect((await first).body).toBe('run 2')
  await expect.poll(() => middleware.stats().unstorable.refused).toBe(1)
  expect((await ask('/a')).body).toBe('run 1')
})

test('one that is only slow stores its own, when that comes first', async () => {
  const slow = Promise.withResolvers<void>()
  let count = 0
  const { ask, first, goOn, middleware } = await hung(async (_req, res) => {
    const run = ++count
    if (run === 1) await slow.promise
    res.set('Cache-Control', 'max-age=600').send(`answer ${run}`)
  })
  const second = ask('/a')
  await expect.poll(() => count).toBe(1)
  goOn()
  expect((await first).body).toBe('answer 2')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  slow.resolve()
  expect((await second).body).toBe('answer 1')
  await expect.poll(() => middleware.stats().unstorable.refused).toBe(1)
  expect((await ask('/a')).body).toBe('answer 2')
})

test('an invalidation since the hanging one began keeps out what came before it, and no more than one run that came after it', async () => {
  const { ask, cache, first, runs } = await hung()
  first.catch(() => undefined)
  await cache.invalidate({ all: true })
  expect((await ask('/a')).headers['cache-status']).toBe('Stowage; fwd=uri-miss; detail=refused')
  await expect.poll(async () => (await ask('/a')).headers['cache-status']).toMatch(/; hit/)
  expect(runs()).toBeLessThanOrEqual(4)
})

test('variants are told apart', async () => {
  const { ask, first, middleware } = await hung((req, res) => {
    res.set({ 'Cache-Control': 'max-age=600', Vary: 'Accept-Language' }).send(req.get('accept-language'))
  })
  first.catch(() => undefined)
  expect((await ask('/a', { headers: { 'accept-language': 'de' } })).body).toBe('de')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  const hit = await ask('/a', { headers: { 'accept-language': 'de' } })
  expect([hit.headers['cache-status'], hit.body]).toEqual([expect.stringMatching(/; hit/), 'de'])
  expect((await ask('/a', { headers: { 'accept-language': 'fr' } })).body).toBe('fr')
})
