// What failed afar was told to others when it failed, not when it was carried out: a copy made in between stayed for its whole cap.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test, vi } from 'vitest'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

const DOWN = { kind: 'reject', error: new Error('down') } as const

test.each<[string, 'through' | 'behind', (on: Cache) => Promise<unknown>]>([
  ['a deletion', 'through', (on) => on.delete('key')],
  ['an invalidation', 'through', (on) => on.invalidate({ tags: ['t'] })],
  ['a write', 'through', (on) => on.set('key', 'new')],
  ['a deletion behind', 'behind', (on) => on.delete('key')],
])('%s is told again when it is carried out', async (_, writes, act) => {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const far = faultyBackend(store, clock)
  const line = new TestBus()
  const attach = (reaches: ReferenceBackend | typeof far, write: 'through' | 'behind'): Cache => {
    const tiers = [memoryBackend({ maxEntries: 10 }), reaches]
    const backend = hybridBackend({ tiers, bus: line.attach(), clock, write, onTier: () => undefined })
    return createCache({ backend, ttl: '1h', clock })
  }
  const [cutOff, other] = [attach(far, writes), attach(store, 'through')]
  await other.set('key', 'old', { tags: ['t'] })
  await line.settle()
  for (const operation of ['set', 'delete', 'invalidate', 'lease', 'get'] as const) far.inject(operation, DOWN)
  await act(cutOff)
  await line.settle()
  // What the other was told to forget is still afar, and near again.
  expect(await other.get('key')).toBe('old')
  await vi.waitUntil(() => other.peek('key') === 'old', SOON)
  far.heal()
  await vi.waitUntil(async () => {
    clock.advanceMs(1_000)
    await line.settle()
    return other.peek('key') === undefined
  }, SOON)
  expect(await other.get('key')).toBeUndefined()
})
