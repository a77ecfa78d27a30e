/** What each call asks of the backend: no trip more than it takes. */
import { createCache } from '@stowage/core'
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { heldLoader, turn } from './held-loader.ts'

let { clock, backend, cache } = faultyCache({ ttl: '1m' })
let asked: () => Readonly<Record<string, number>>

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache({ ttl: '1m' }))
  let before = new Map<string, number>()
  asked = () => {
    const since = [...backend.callCounts].map(([name, count]) => [name, count - (before.get(name) ?? 0)] as const)
    before = new Map(backend.callCounts)
    return Object.fromEntries(since.filter(([, count]) => count > 0))
  }
})

test('a cold load reads, takes a lease and writes under it; a warm one reads', async () => {
  await cache.getOrSet('key', () => 1)
  expect(asked()).toEqual({ get: 1, lease: 1, set: 1 })
  await cache.getOrSet('key', () => 1)
  expect(asked()).toEqual({ get: 1 })
})

test('a load that stores nothing asks whether its value may be shared, and gives its lease back', async () => {
  await cache.getOrSet('key', ({ skip }) => skip(1))
  expect(asked()).toEqual({ get: 1, lease: 1, renew: 1, release: 1 })
  await cache.getOrSet('key', () => Promise.reject(new Error('down'))).catch(() => 'as meant')
  await turn()
  expect(asked()).toEqual({ get: 1, lease: 1, release: 1 })
})

test('a load whose write failed asks no more', async () => {
  backend.inject('set', { kind: 'reject', error: new Error('down') })
  await cache.getOrSet('key', () => 1)
  await turn()
  expect(asked()).toEqual({ get: 1, lease: 1, set: 1, release: 1 })
})

test('a cache that is off asks nothing', async () => {
  const off = createCache({ backend, ttl: '1m', mode: 'off', clock })
  await off.getOrSet('key', () => 1)
  expect(asked()).toEqual({})
})

test('a load overtaken by a deletion does not ask whether it was', async () => {
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader)
  await turn()
  await cache.delete('key')
  runs[0]?.settle(1)
  await loading
  await turn()
  expect(asked()).toEqual({ get: 1, lease: 1, delete: 1, set: 1, release: 1 })
})

test('callers who join in the same moment ask once for all, and wait without asking', async () => {
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader)
  await turn()
  asked()
  const joined = Array.from({ length: 10 }, () => cache.getOrSet('key', loader))
  await turn()
  runs[0]?.settle(1)
  await Promise.all([first, ...joined])
  expect(asked()).toEqual({ get: 1, set: 1 })
})

test('a sliding entry is written again once a tenth of its ttl has gone, not before', async () => {
  await cache.set('key', 1, { ttl: '10s', sliding: true })
  asked()
  clock.advanceMs(999)
  await cache.get('key')
  expect(asked()).toEqual({ get: 1 })
  clock.advanceMs(1)
  await cache.get('key')
  expect(asked()).toEqual({ get: 1, touch: 1 })
  expect(await cache.lookup('key')).toMatchObject({ ttlLeftMs: 10_000 })
})
