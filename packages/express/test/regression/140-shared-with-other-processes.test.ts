/** Regression: with `singleFlight: 'shared'` each process ran the handler, one after the other, though the first had stored its response; and one that hung held the others for a day. */
import { memoryBackend } from '@stowage/memory'
import type { RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const TIMEOUT_MS = 5_000

/** Two processes, as far as the cache sees, behind one address. */
async function twoApps(handler: RequestHandler) {
  const setup = {
    backend: memoryBackend({ maxEntries: 100 }),
    cache: { singleFlight: 'shared' },
    options: { collapseTimeout: TIMEOUT_MS },
  } as const
  const [first, second] = [await servedApp(handler, setup), await servedApp(handler, setup)]
  return { first, second }
}

const ASKED = { headers: { host: 'service.example' } }

test('who waits for another process takes what it has stored', async () => {
  const gate = Promise.withResolvers<void>()
  let runs = 0
  const { first, second } = await twoApps(async (_req, res) => {
    runs++
    await gate.promise
    res.set('Cache-Control', 'max-age=60').send('made')
  })
  const one = first.ask('/a', ASKED)
  await expect.poll(() => runs).toBe(1)
  const other = second.ask('/a', ASKED)
  await expect.poll(() => second.middleware.stats().requests).toBe(1)
  second.clock.advanceMs(10)
  gate.resolve()
  await one
  await expect
    .poll(() => {
      second.clock.advanceMs(10)
      return second.middleware.stats().hits
    })
    .toBe(1)
  expect((await other).body).toBe('made')
  expect(runs).toBe(1)
})

test('and does so for no longer than it waits for another request', async () => {
  let runs = 0
  const { first, second } = await twoApps((_req, res) => {
    if (++runs > 1) res.set('Cache-Control', 'max-age=60').send(`run ${runs}`)
  })
  first.ask('/a', ASKED).catch(() => undefined)
  await expect.poll(() => runs).toBe(1)
  const waiting = [second.ask('/a', ASKED), second.ask('/a', ASKED)]
  await expect.poll(() => second.middleware.stats().requests).toBe(2)
  second.clock.advanceMs(TIMEOUT_MS)
  const [one, other] = await Promise.all(waiting)
  expect([one?.headers['cache-status'], one?.body]).toEqual(['Stowage; fwd=uri-miss; detail=refused', 'run 2'])
  expect(other?.body).toMatch(/^run/)
  expect(second.middleware.stats().faults).toBe(0)
})
