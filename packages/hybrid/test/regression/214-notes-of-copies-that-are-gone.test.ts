/**
 * Regression: with a bus, what copies had been made of stayed noted when the copies were gone: of 100,000 keys, however few a near
 * tier may hold. Beside one of 4 MB that was 20 MB, and with long keys hundreds.
 */
import { type Bus, type Cache, createCache } from '@stowage/core'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { heapBytes } from '@stowage/test-servers/heap'
import { expect, onTestFinished, test } from 'vitest'

const KEY_COUNT = 5_000
const KEY_BYTES = 4_000
const FEW = 50

const quietBus: Bus = {
  publish: () => undefined,
  subscribe: () => () => undefined,
  onGap: () => () => undefined,
  close: () => undefined,
}

const longKey = (at: number): string => `${at}:`.padEnd(KEY_BYTES, 'k')

async function leave(): Promise<void> {}

test.each([
  ['evicted near', FEW, KEY_COUNT, leave],
  ['evicted afar', KEY_COUNT, FEW, leave],
  ['deleted', KEY_COUNT, KEY_COUNT, (cache: Cache, key: string) => cache.delete(key)],
  ['invalidated all at once', KEY_COUNT, KEY_COUNT, clearAtLast],
])('of what was %s nothing is noted', async (_, nearEntries, farEntries, end) => {
  const far = memoryBackend({ maxEntries: farEntries })
  const tiers = [memoryBackend({ maxEntries: nearEntries }), far]
  const cache = createCache({ backend: hybridBackend({ tiers, bus: quietBus }), ttl: '1h' })
  onTestFinished(() => cache.close())
  const before = heapBytes()
  for (let at = 0; at < KEY_COUNT; at++) {
    await cache.set(longKey(at), at)
    await end(cache, longKey(at))
  }
  // It holds keys itself; that these go now is told to nobody.
  await far.invalidate({ all: true }, 0)
  expect(heapBytes() - before).toBeLessThan((KEY_COUNT * KEY_BYTES) / 4)
})

async function clearAtLast(cache: Cache, key: string): Promise<void> {
  if (key === longKey(KEY_COUNT - 1)) await cache.invalidate({ all: true })
}
