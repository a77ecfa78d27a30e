/** Callers of one key in one moment: one read and one load for all, each counted, and nobody given what is not theirs. */
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { heldLoader, turn } from './held-loader.ts'

let { backend, cache } = faultyCache({ ttl: '1m' })

beforeEach(() => {
  ;({ backend, cache } = faultyCache({ ttl: '1m' }))
})

test('a burst reads once and loads once, and each caller counts and is told of', async () => {
  const lookups: unknown[] = []
  cache.on('lookup', (event) => lookups.push(event))
  const { loader, runs } = heldLoader()
  const calls = Array.from({ length: 5 }, () => cache.lookupOrSet('key', loader, '10s'))
  await turn()
  runs[0]?.settle('value')
  const outcomes = (await Promise.all(calls)).map(({ outcome }) => outcome)
  expect(outcomes.sort()).toEqual(['joined', 'joined', 'joined', 'joined', 'loaded'])
  expect(backend.callCounts.get('get')).toBe(1)
  expect(cache.stats()).toMatchObject({ lookups: 5, misses: { absent: 5 }, joined: 4, loads: 1 })
  expect(lookups).toHaveLength(5)
})

test('a load that fails fails for all with one error, and each has missed', async () => {
  const error = new Error('source is down')
  const calls = Array.from({ length: 3 }, () => cache.getOrSet('key', () => Promise.reject(error)))
  expect(await Promise.all(calls.map((call) => call.catch((thrown: unknown) => thrown)))).toEqual([error, error, error])
  expect(cache.stats()).toMatchObject({ misses: { absent: 3 }, joined: 2, loadFailures: 1 })
})

test('what is stored is each caller’s own copy', async () => {
  await cache.set('key', { list: [1] })
  const [one, other] = await Promise.all([
    cache.getOrSet('key', () => ({ list: [2] })),
    cache.getOrSet('key', () => ({ list: [2] })),
  ])
  expect(one).toEqual({ list: [1] })
  expect(other).not.toBe(one)
  expect(cache.stats()).toMatchObject({ lookups: 2, hits: 2, joined: 0 })
})

test('the moment ends: what has been deleted and answered for is read anew', async () => {
  await cache.set('key', 'old')
  const before = cache.getOrSet('key', () => 'not loaded')
  const after = cache.delete('key').then(() => cache.getOrSet('key', () => 'new'))
  expect(await Promise.all([before, after])).toEqual(['old', 'new'])
})

test.each([
  ['another fingerprint', { fingerprint: '2' }],
  ['a value of its own', { fresh: true }],
  ['another patience', { hardTimeout: '1s' }],
] as const)('a caller who asks for %s reads for itself', async (_, options) => {
  const { loader, runs } = heldLoader()
  const usual = cache.getOrSet('key', loader)
  const other = cache.getOrSet('key', loader, options)
  await turn()
  expect(backend.callCounts.get('get')).toBe('fresh' in options ? 1 : 2)
  for (const run of runs) run.settle(1)
  await turn()
  for (const run of runs) run.settle(1)
  await Promise.all([usual, other])
})

test('a caller’s own signal ends its own wait only', async () => {
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const staying = cache.getOrSet('key', loader)
  const left = cache.getOrSet('key', loader, { signal: leaving.signal })
  await turn()
  leaving.abort(new Error('gone'))
  await expect(left).rejects.toThrow('gone')
  runs[0]?.settle('value')
  expect(await staying).toBe('value')
})
