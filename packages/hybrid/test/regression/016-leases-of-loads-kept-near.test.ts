// With the far tier down the lease of each load that had ended stayed noted: after 10,000 a load still going on had lost its own.
import type { NewEntry } from '@stowage/core'
import { createFakeClock, faultyBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('a load is stored near, however many others have ended meanwhile', async () => {
  const clock = createFakeClock()
  const nowMs = clock.nowMs()
  const far = faultyBackend(memoryBackend({ maxEntries: 9 }), clock)
  const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 9 }), far], clock, onTier: () => undefined })
  far.inject('lease', { kind: 'throw', error: new Error('down') })
  const times = { storedAtMs: nowMs, staleAtMs: nowMs + 1, errorOnlyAtMs: nowMs + 1, expireAtMs: nowMs + 1_000 }
  const facts = { ...times, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
  const entry: NewEntry = { facts, value: 1, maxBytes: 1_000, encode: () => ({ format: '', body: '1', checksum: 0 }) }
  const first = await backend.lease('first', 'fence', 10_000, nowMs)
  for (let at = 0; at < 10_001; at++) {
    const lease = await backend.lease('key', 'fence', 10_000, nowMs)
    await backend.set('key', entry, nowMs, lease)
  }
  expect(await backend.set('first', entry, nowMs, first)).toBe('stored')
})
