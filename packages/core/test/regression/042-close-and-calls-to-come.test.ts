// close() did not wait for calls that were still asking for their fingerprint, refused what the loads it waited for asked of the cache, and left callers of a load that never ends waiting.
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock })
})

const fingerprint = () => turn().then(() => 'mtime 1')

test.each<[string, () => Promise<unknown>]>([
  ['set', () => cache.set('key', 1, { fingerprint })],
  ['setMany', () => cache.setMany([['key', 1, { fingerprint }]])],
  ['add', () => cache.add('key', 1, { fingerprint })],
  ['update', () => cache.update('key', () => 1, { fingerprint })],
  ['getOrSet', () => cache.getOrSet('key', () => 1, { fingerprint })],
  ['getOrSetMany', () => cache.getOrSetMany(['key'], () => new Map([['key', 1]]), { fingerprint })],
])('%s is carried out before close resolves', async (_, call) => {
  const order: unknown[] = []
  const writes: string[] = []
  cache.on('write', ({ outcome }) => writes.push(outcome))
  const called = call().then(
    () => order.push('called'),
    (error: unknown) => order.push(error),
  )
  await Promise.all([called, cache.close().then(() => order.push('closed'))])
  expect([order, writes]).toEqual([['called', 'closed'], ['stored']])
})

test('what a load or a step asks of the cache it is answered, while others are refused', async () => {
  await cache.set('count', 1)
  const gate = Promise.withResolvers<void>()
  const load = cache.getOrSet('sum', async () => {
    await gate.promise
    return (await cache.getOrSet<number>('part', () => 1)) + 1
  })
  const step = cache.update('other', async () => {
    await gate.promise
    return cache.get('count')
  })
  await turn()
  const closing = cache.close()
  await expect(cache.get('count')).rejects.toThrow(UsageError)
  gate.resolve()
  expect(await Promise.all([load, step])).toEqual([2, 1])
  await closing
  await expect(cache.get('count')).rejects.toThrow(UsageError)
})

test('the callers of a load that is left behind are told, and it may ask no more', async () => {
  const gate = Promise.withResolvers<void>()
  const inner = Promise.withResolvers<unknown>()
  const asked = cache.getOrSet('key', async () => {
    await gate.promise
    inner.resolve(cache.get('other'))
  })
  asked.catch(() => 'looked at below')
  await turn()
  const closing = cache.close()
  await turn()
  clock.advanceMs(10_000)
  await closing
  await expect(asked).rejects.toThrow(/closed while loading/)
  gate.resolve()
  await expect(inner.promise).rejects.toThrow(/used after close/)
})
