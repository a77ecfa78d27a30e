// Written behind, a `set` was queued under the fence of the write it replaced: what others had deleted before it took it along.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const memory = () => memoryBackend({ maxEntries: 9 })

async function flushed(clock: { advanceMs(byMs: number): void }): Promise<void> {
  clock.advanceMs(1_000)
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
}

function twoOnOne() {
  const clock = createFakeClock()
  const far = faultyBackend(memory(), clock)
  const attach = () =>
    createCache({ backend: hybridBackend({ tiers: [memory(), far], write: 'behind', clock }), ttl: '1h', clock })
  return { clock, far, one: attach(), two: attach() }
}

test('a set after another’s deletion is not lost to it', async () => {
  const { clock, one, two } = twoOnOne()
  await one.set('key', 'v1')
  await new Promise(setImmediate)
  await two.delete('key')
  expect(await one.set('key', 'v2')).toEqual({ outcome: 'stored' })
  await flushed(clock)
  expect([await one.get('key'), await two.get('key')]).toEqual(['v2', 'v2'])
})

test('the fence of a write that has been replaced is given back', async () => {
  const { clock, far, one } = twoOnOne()
  for (let at = 0; at < 100; at++) await one.set('key', at)
  await flushed(clock)
  const leaseCount = far.callCounts.get('lease') ?? 0
  expect(leaseCount).toBeGreaterThan(1)
  expect([far.callCounts.get('release'), far.callCounts.get('set')]).toEqual([leaseCount - 1, 1])
})
