/** Keys whose refresh has failed: bounded, and the latest failures are the ones remembered. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { RetryBackoff } from '../src/retry-backoff.ts'

test('of more keys than it keeps it forgets those that failed longest ago', () => {
  const backoff = new RetryBackoff()
  for (let at = 0; at < 10_000; at++) backoff.note(`key ${at}`, 100)
  backoff.note('key 0', 100)
  backoff.note('one more', 100)
  const held = ['key 0', 'key 1', 'key 2', 'one more'].map((key) => backoff.holds(key, 0))
  expect(held).toEqual([true, false, true, true])
})

test('a key is held until its instant, and free at it', () => {
  const backoff = new RetryBackoff()
  backoff.note('key', 100)
  expect([backoff.holds('key', 99), backoff.holds('key', 100), backoff.holds('key', 99)]).toEqual([true, false, false])
})

test('what is served while a source is left alone counts as served in place of a load', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1s', staleIfError: '1h', clock })
  await cache.set('key', 'old')
  clock.advanceMs(1_000)
  for (let at = 0; at < 3; at++) await cache.getOrSet('key', () => Promise.reject(new Error('down')))
  expect(cache.stats()).toMatchObject({ fallbacks: 3, loadFailures: 1 })
})
