// Steps and loads that waited for each other in a circle hung for ever; what a step had left running counted as part of it after its end.
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

let cache: Cache

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock: createFakeClock() })
})

/** Adds one to `key`, and on the way does something that waits. */
const countAfter = (key: string, something: () => Promise<unknown>) =>
  cache.update<number>(key, async (old = 0) => {
    await turn()
    await something()
    return old + 1
  })

async function failuresOf(calls: readonly Promise<unknown>[]): Promise<unknown[]> {
  const outcomes = await Promise.allSettled(calls)
  return outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []))
}

test('two updates that each want a step on the other’s key: one is refused, nobody hangs', async () => {
  const crossing = [countAfter('a', () => cache.increment('b')), countAfter('b', () => cache.increment('a'))]
  expect((await failuresOf(crossing))[0]).toBeInstanceOf(UsageError)
  expect(cache.stats().queues.steps).toBe(0)
})

test('an update that waits for a load that waits for a step on its key', async () => {
  const { loader, runs } = heldLoader()
  const load = cache.getOrSet('report', async (context) => {
    await loader(context)
    return cache.increment('count')
  })
  await turn()
  const update = countAfter('count', () => cache.getOrSet('report', () => 'not loaded'))
  await turn()
  await turn()
  runs[0]?.settle('go on')
  expect((await failuresOf([load, update]))[0]).toBeInstanceOf(UsageError)
  expect(await cache.increment('count')).toBeGreaterThan(0)
})

test('what an update has left running is no part of it: it may wait for who waited for the update', async () => {
  const [gate, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let later: Promise<number> | undefined
  const first = cache.update<number>('key', (old = 0) => {
    later = gate.promise.then(() => cache.increment('key'))
    return old + 1
  })
  const second = cache.update<number>('key', (old = 0) => held.promise.then(() => old + 1))
  expect(await first).toBe(1)
  gate.resolve()
  await turn()
  held.resolve()
  expect([await second, await later]).toEqual([2, 3])
})

test('a shared load that asks for its key through another cache on the backend', async () => {
  const options = { backend: new ReferenceBackend(), ttl: '1h', singleFlight: 'shared' } as const
  const [one, other] = [createFakeClock(), createFakeClock()].map((clock) => createCache({ ...options, clock }))
  const asked = one?.getOrSet('key', () => other?.getOrSet('key', () => 1))
  await expect(asked).rejects.toThrow(/'key' waits for itself through another cache/)
})

test('a loader that asks for its own key when nobody waits for it any more', async () => {
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const inner = Promise.withResolvers<unknown>()
  const left = cache.getOrSet(
    'key',
    async (context) => {
      await loader(context)
      inner.resolve(cache.getOrSet('key', () => 'never'))
    },
    { signal: leaving.signal },
  )
  await turn()
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  runs[0]?.settle('go on')
  await expect(inner.promise).rejects.toThrow(UsageError)
})
