// A load for near tiers that was made void while it deleted afar told nobody: others served on what the far tier had lost.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

async function turns(): Promise<void> {
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
}

test('they forget it', async () => {
  const clock = createFakeClock()
  const store = new ReferenceBackend({ holds: 'bytes' })
  const far = faultyBackend(store, clock)
  const line = new TestBus()
  const attach = (last: typeof far | typeof store) => {
    const tiers = [memoryBackend({ maxEntries: 9 }), last]
    const backend = hybridBackend({ tiers, bus: line.attach(), clock, onTier: () => undefined })
    return createCache({ backend, ttl: '1h', clock })
  }
  const [loading, other] = [attach(far), attach(store)]
  const source = Promise.withResolvers<string>()
  await other.set('key', 'stored')
  await line.settle()
  const load = loading.getOrSet('key', () => source.promise, { tier: 'near', fresh: true })
  await turns()
  far.inject('delete', { kind: 'late', delayMs: 50 })
  source.resolve('loaded')
  await turns()
  await line.attach().publish({ origin: 'somebody', change: { keys: ['key'] } })
  // It reaches the one that loads; the other has its copy anew.
  await line.settle()
  await other.set('key', 'stored')
  store.delete('key', 0, undefined)
  clock.advanceMs(50)
  await load
  await line.settle()
  await turns()
  expect([await loading.get('key'), await other.get('key')]).toEqual([undefined, undefined])
})
