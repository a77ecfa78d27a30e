/** Regression: `set` never returned, of a cache with `maxBytes`, when the entry it rewrote was the only one of the main queue and the small one was short: it was looked at for ever. */
import { createCache } from '@stowage/core'
import { type MemoryOptions, memoryBackend } from '@stowage/memory'
import { describe, expect, test } from 'vitest'
import { EntryStore } from '../../src/entry-store.ts'
import { LeaseTable } from '../../src/lease-table.ts'
import { planMemory } from '../../src/options.ts'
import { RemovalReports } from '../../src/removal-reports.ts'
import { entryOf } from '../entries.ts'

describe.each(['adaptive', 'lru'] as const)('%s', (policy) => {
  const backendOf = (options: MemoryOptions) => memoryBackend({ policy, ...options })

  test('the one of the main queue that grows takes the room of the small queue', async () => {
    const cache = createCache({ backend: backendOf({ maxBytes: '1MB' }), ttl: '1h' })
    await cache.set('list', 'x'.repeat(200_000))
    for (let at = 0; at < 50; at++) await cache.set(`key ${at}`, 'y'.repeat(1_000))
    expect(await cache.set('list', 'z'.repeat(960_000))).toEqual({ outcome: 'stored' })
    expect(await cache.get('list')).toBe('z'.repeat(960_000))
    const { entries, bytes } = await cache.usage()
    expect(entries).toBeGreaterThan(20)
    expect(bytes).toBeLessThanOrEqual(1_000_000)
  })

  test('the one of the small queue that grows takes the room of the main queue', async () => {
    const cache = createCache({ backend: backendOf({ maxBytes: '1MB' }), ttl: '1h' })
    for (let at = 0; at < 50; at++) await cache.set(`key ${at}`, 'y'.repeat(1_000))
    await cache.set('list', 'x'.repeat(200_000))
    expect(await cache.set('list', 'z'.repeat(990_000))).toEqual({ outcome: 'stored' })
    expect(await cache.get('list')).toBe('z'.repeat(990_000))
    expect((await cache.usage()).bytes).toBeLessThanOrEqual(1_000_000)
  })

  test('of two entries, each that grows to the whole room takes the other’s', async () => {
    for (const grown of ['first', 'second']) {
      const cache = createCache({ backend: backendOf({ maxBytes: 10_000 }), ttl: '1h' })
      for (const key of ['first', 'second']) await cache.set(key, 'x'.repeat(2_000))
      expect(await cache.set(grown, 'x'.repeat(9_800))).toEqual({ outcome: 'stored' })
      expect(await cache.usage()).toMatchObject({ entries: 1 })
      expect(await cache.get(grown)).toHaveLength(9_800)
    }
  })

  test('books that are wrong end in an error that says so, and nothing else is given up for them', () => {
    const store = new EntryStore(planMemory({ policy, maxBytes: 1_000 }), new RemovalReports(), new LeaseTable())
    const write = (key: string) => store.write(store.order.use(key), key, entryOf(key), 0)
    expect(write('kept')).toBe('stored')
    store.occupancy.sharedBytes = 2_000
    const kept = store.order.find('kept') ?? 0
    expect(() => store.removal.makeRoom(0, 0, kept, 0)).toThrow('books of the memory backend are broken')
    expect(store.order.find('kept')).toBe(kept)
    store.removal.remove(kept)
    expect(() => write('new')).toThrow('books of the memory backend are broken')
    store.clear()
    expect(write('new')).toBe('stored')
  })
})
