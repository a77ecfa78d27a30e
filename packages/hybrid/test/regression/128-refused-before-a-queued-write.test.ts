/** Regression: written behind, a value that could not be kept, and had no room in the queue, took the queued one along: the value before came back. */
import { CodecError, createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

/** How long a write stays queued. */
const FLUSH_MS = 10
/** Longer than it takes to set. */
const SLOW_TURNS = 6

async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise(setImmediate)
}

async function setUp() {
  const clock = createFakeClock()
  const store = memoryBackend({ maxEntries: 9, isolation: 'copy' })
  const touch = store.touch.bind(store)
  const far = Object.assign(store, {
    touch: (...given: Parameters<typeof touch>) => turns(SLOW_TURNS).then(() => touch(...given)),
  })
  const tiers = [memoryBackend({ maxEntries: 9 }), far]
  const backend = hybridBackend({ tiers, write: 'behind', flushInterval: FLUSH_MS, clock })
  const cache = createCache({ backend, ttl: '1h', clock })
  const flush = async () => {
    clock.advanceMs(FLUSH_MS)
    await turns(3 * SLOW_TURNS)
  }
  const refuse = async () => {
    const sized = createCache({ backend, ttl: '1h', clock, maxEntryBytes: 1_000 })
    await expect(sized.set('key', () => 'no value')).rejects.toThrow(CodecError)
  }
  const expectAfar = async (value: string) =>
    expect(await far.get('key', clock.nowMs())).toMatchObject({ payload: { value } })
  await cache.set('key', 'afar')
  await flush()
  return { clock, cache, flush, refuse, expectAfar }
}

test('a queued write stays where a later value of its key is refused', async () => {
  const { cache, flush, refuse, expectAfar } = await setUp()
  await cache.set('key', 'queued')
  await refuse()
  expect(await cache.get('key')).toBe('queued')
  await flush()
  await expectAfar('queued')
  await cache.close()
})

test('it is written down at its interval also where it was refused in between', async () => {
  const { clock, cache, refuse, expectAfar } = await setUp()
  const touching = cache.touch('key', '2h')
  await turns(1)
  await cache.set('key', 'queued')
  clock.advanceMs(FLUSH_MS)
  await refuse()
  await touching
  await turns(3 * SLOW_TURNS)
  await expectAfar('queued')
  await cache.close()
})
