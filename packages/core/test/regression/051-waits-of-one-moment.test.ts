// Callers of one moment waited twice: for each other, and then, served an older or a stored value, for a read or soft timeout of their own.
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, passTime } from '../held-loader.ts'

let { clock, backend, cache } = faultyCache()

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache())
})

test('all of them leave at the soft timeout', async () => {
  const options = { ttl: '1s', staleIfError: '1h', softTimeout: 50 } as const
  await cache.set('key', { list: [1] }, options)
  clock.advanceMs(1_000)
  const answers: unknown[] = []
  for (let at = 0; at < 3; at++) {
    void cache.lookupOrSet('key', heldLoader().loader, options).then(({ value }) => answers.push(value))
  }
  await passTime(clock, 50)
  expect(answers).toEqual([{ list: [1] }, { list: [1] }, { list: [1] }])
  expect(new Set(answers).size).toBe(3)
  expect(cache.stats()).toMatchObject({ fallbacks: 3, misses: { expired: 3 } })
})

test('one read serves all, each with a copy of its own', async () => {
  await cache.set('key', { list: [1] })
  backend.inject('get', { kind: 'late', delayMs: 10 })
  const asked = [1, 2, 3].map(() => cache.getOrSet('key', () => 'not loaded'))
  await passTime(clock, 10)
  const answers = await Promise.race([Promise.all(asked), passTime(clock, 10).then(() => ['still reading'])])
  expect(answers).toEqual([{ list: [1] }, { list: [1] }, { list: [1] }])
  expect(new Set(answers).size).toBe(3)
  expect(backend.callCounts.get('get')).toBe(1)
  expect(cache.stats()).toMatchObject({ lookups: 3, hits: 3 })
})
