// A near copy past its freshness hid the value that another process had renewed afar, until the copy's cap.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const memory = () => memoryBackend({ maxEntries: 9 })

function setUp(nearCount = 1) {
  const clock = createFakeClock()
  const store = memory()
  const far = faultyBackend(store, clock)
  const attach = () => {
    const tiers = [...Array.from({ length: nearCount }, memory), far]
    const backend = hybridBackend({ tiers, clock, onTier: () => undefined })
    return createCache({ backend, ttl: '1s', staleIfError: '1h', clock })
  }
  return { clock, far, one: attach(), two: attach() }
}

const failing = () => Promise.reject(new Error('the source is down'))

test.each([1, 2])('what another has renewed is found, %s near tiers before it, and copied', async (nearCount) => {
  const { clock, far, one, two } = setUp(nearCount)
  await one.set('key', 'older')
  clock.advanceMs(2_000)
  await two.set('key', 'newer', { ttl: '1h' })
  expect(await one.lookup('key')).toMatchObject({ outcome: 'hit', value: 'newer' })
  await new Promise(setImmediate)
  const before = far.callCounts.get('get')
  expect(await one.get('key')).toBe('newer')
  expect(far.callCounts.get('get')).toBe(before)
})

test.each([1, 2])('the copy still serves where the far tier does not answer, of %s near tiers', async (nearCount) => {
  const { clock, far, one } = setUp(nearCount)
  await one.set('key', 'older')
  clock.advanceMs(2_000)
  far.inject('get', { kind: 'throw', error: new Error('down') })
  expect(await one.getOrSet('key', failing)).toBe('older')
})

test('and where the far tier has nothing, as of an entry that is near only', async () => {
  const { clock, one } = setUp()
  await one.set('key', 'near', { tier: 'near' })
  clock.advanceMs(2_000)
  expect(await one.getOrSet('key', failing)).toBe('near')
})
