// A refresh whose loader had nothing left the old value in place for all its windows, and it, or one that skipped, ran again at every request.
import { type Cache, createCache, type LoadContext } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

let clock: FakeClock
let cache: Cache
let runs: number

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({
    backend: new ReferenceBackend({ holds: 'bytes' }),
    ttl: '10s',
    staleWhileRevalidate: '1h',
    staleIfError: '2h',
    clock,
  })
  runs = 0
  await cache.set('key', 'old')
})

async function ask(loader: (context: LoadContext) => unknown, options = {}): Promise<unknown> {
  const counted = (context: LoadContext) => {
    runs++
    return loader(context)
  }
  const answer = await cache.getOrSet('key', counted, options)
  await turn()
  return answer
}

const nothing = () => undefined
const failing = () => Promise.reject(new Error('source is down'))

test('what the source has no more is gone once a refresh behind has found that', async () => {
  clock.advanceMs(10_000)
  expect(await ask(nothing)).toBe('old')
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'absent' })
  expect(cache.stats()).toMatchObject({ deletes: 1 })
  expect(await ask(nothing)).toBeUndefined()
  expect(await ask(() => 'back')).toBe('back')
  expect(await cache.get('key')).toBe('back')
})

test('the same for a refresh ahead, a bulk load, and a load that had to be fresh', async () => {
  clock.advanceMs(9_000)
  expect(await ask(nothing, { refreshAhead: 0.5 })).toBe('old')
  expect(await cache.get('key')).toBeUndefined()
  await cache.set('key', 'old')
  expect(await ask(nothing, { fresh: true })).toBeUndefined()
  expect(await cache.get('key')).toBeUndefined()
  await cache.set('key', 'old')
  clock.advanceMs(10_000)
  expect(await cache.getOrSetMany(['key'], () => new Map())).toEqual(new Map([['key', 'old']]))
  await turn()
  await turn()
  expect(await cache.get('key')).toBeUndefined()
})

test('it does not stand in for a later load that fails', async () => {
  clock.advanceMs(3_610_000)
  expect(await ask(nothing)).toBeUndefined()
  await expect(ask(failing)).rejects.toThrow('source is down')
})

test('what was stored while the refresh ran stays', async () => {
  clock.advanceMs(10_000)
  const gate = Promise.withResolvers<undefined>()
  expect(await ask(() => gate.promise)).toBe('old')
  await cache.set('key', 'new')
  gate.resolve(undefined)
  await turn()
  expect(await cache.get('key')).toBe('new')
})

test.each([
  ['skips', ({ skip }: LoadContext) => skip('not for others')],
  ['makes what cannot be kept', () => () => 'a function'],
])('a refresh that %s leaves the old value, and begins again after a pause', async (_, loader) => {
  clock.advanceMs(10_000)
  for (let asked = 0; asked < 5; asked++) expect(await ask(loader)).toBe('old')
  expect(runs).toBe(1)
  clock.advanceMs(1_000)
  expect(await ask(loader)).toBe('old')
  expect(runs).toBe(2)
  clock.advanceMs(1_000)
  expect(await ask(() => 'new')).toBe('old')
  expect(await cache.get('key')).toBe('new')
})
