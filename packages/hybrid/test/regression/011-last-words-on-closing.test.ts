// The bus was closed beside the far tier: what that wrote down on closing was told to nobody, and others kept older copies.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('what is written down on closing is told to others', async () => {
  const clock = createFakeClock()
  const line = new TestBus()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const slow = faultyBackend(store, clock)
  const attach = (far: Backend, write: 'through' | 'behind') => {
    const tiers = [memoryBackend({ maxEntries: 9 }), far]
    return createCache({ backend: hybridBackend({ tiers, write, bus: line.attach(), clock }), ttl: '1h', clock })
  }
  const [one, two] = [attach(slow, 'behind'), attach(store, 'through')]
  await two.set('key', 'older')
  await one.set('key', 'newer')
  await line.settle()
  expect(await two.get('key')).toBe('older')
  slow.inject('set', { kind: 'late', delayMs: 20 })
  const closing = one.close()
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
  clock.advanceMs(20)
  store.close = () => undefined
  await closing
  await line.settle()
  expect(await two.get('key')).toBe('newer')
})
