/** Regression: the change of an update that never ended kept all later steps of its key waiting for ever, whatever the cache's hard timeout. */
import { type Cache, createCache, TimeoutError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { passTime, turn } from '../held-loader.ts'

let clock: FakeClock

beforeEach(() => {
  clock = createFakeClock()
})

function cacheOf(options: { readonly hardTimeout?: number; readonly mode?: 'off' } = {}): Cache {
  return createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock, ...options })
}

test('it fails at the hard timeout, says so, and those behind it go on', async () => {
  const cache = cacheOf({ hardTimeout: 500 })
  await cache.set('count', 1)
  const hung = cache.update('count', () => new Promise<number>(() => undefined)).catch((error: unknown) => error)
  const behind = cache.increment('count')
  await passTime(clock, 500)
  const error = await hung
  expect(error).toBeInstanceOf(TimeoutError)
  expect(error).toMatchObject({ phase: 'change', limitMs: 500, message: 'change took longer than 500 ms' })
  expect(await behind).toBe(2)
  expect(cache.stats().queues.steps).toBe(0)
})

test('what it comes to later is not stored', async () => {
  const cache = cacheOf({ hardTimeout: 500 })
  const made = Promise.withResolvers<string>()
  const hung = cache.update('key', () => made.promise).catch(() => 'failed')
  await passTime(clock, 500)
  expect(await hung).toBe('failed')
  made.resolve('late')
  await turn()
  expect(await cache.get('key')).toBeUndefined()
})

test('also while the cache is off', async () => {
  const hung = cacheOf({ hardTimeout: 500, mode: 'off' }).update('key', () => new Promise(() => undefined))
  const failing = expect(hung).rejects.toThrow(TimeoutError)
  await passTime(clock, 500)
  await failing
})

test('what is awaited like a promise is begun once, and leaves no timer behind', async () => {
  const cache = cacheOf({ hardTimeout: 500 })
  const timerCount = clock.timerCount
  let begun = 0
  // biome-ignore lint/suspicious/noThenProperty: a query builder's queries have one
  const query = { then: (answer: (value: number) => void) => answer(++begun) }
  // @ts-expect-error a query is no value of its own
  expect(await cache.update<number>('key', () => query)).toBe(1)
  expect(clock.timerCount).toBe(timerCount)
  await expect(cache.update('key', () => Promise.reject(new Error('its own')))).rejects.toThrow('its own')
})

test('without a hard timeout it may take as long as a load', async () => {
  const cache = cacheOf()
  const made = Promise.withResolvers<string>()
  const updated = cache.update('key', () => made.promise)
  await passTime(clock, 1_000)
  clock.advanceMs(3_600_000)
  made.resolve('late')
  expect(await updated).toBe('late')
})
