// A value that the far tier could not keep, queued for it, ended the process by an unhandled rejection at the next flush.
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test, vi } from 'vitest'

test('it is dropped with what was there before it, others are written, and it is said once', async () => {
  const clock = createFakeClock()
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
  const tiers = [memoryBackend({ maxEntries: 9 }), memoryBackend({ maxEntries: 9, isolation: 'copy' })]
  const cache = createCache({ backend: hybridBackend({ tiers, write: 'behind', clock }), ttl: '1h', clock })
  await cache.set('key', 'older', { tier: 'far' })
  await cache.set('key', { f: () => 1 })
  await cache.set('second', { f: () => 2 })
  await cache.set('other', 1)
  clock.advanceMs(1_000)
  for (let at = 0; at < 10; at++) await new Promise(setImmediate)
  expect([await cache.get('key'), await cache.get('other')]).toEqual([undefined, 1])
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('cannot keep what was written behind'), {
    code: 'STOWAGE_WRITE_BEHIND',
  })
  warn.mockRestore()
  await cache.close()
})
