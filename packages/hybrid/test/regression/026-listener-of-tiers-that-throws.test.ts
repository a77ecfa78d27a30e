// An `onTier` that threw took the place of what the tier had said, and left deletions that had failed without a further try.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend, TestBus } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test, vi } from 'vitest'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

function throwing(): never {
  throw new Error('the listener failed')
}

test('a deletion that failed is tried again all the same', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const clock = createFakeClock()
  const far = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const backend = hybridBackend({ tiers: [new ReferenceBackend(), far], clock, onTier: throwing })
  const cache = createCache({ backend, ttl: '1h', clock })
  await cache.set('key', 1)
  far.inject('delete', { kind: 'reject', error: new Error('down') })
  await cache.delete('key')
  far.heal()
  clock.advanceMs(10_000)
  await vi.waitFor(async () => expect(await far.get('key', clock.nowMs())).toBe('absent'), SOON)
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('onTier threw'), { code: 'STOWAGE_HYBRID_ON_TIER' })
  warn.mockRestore()
})

test('so is a message that the bus did not take', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const clock = createFakeClock()
  const bus = new TestBus()
  const heard: unknown[] = []
  bus.attach().subscribe(({ change }) => heard.push(change))
  const tiers = [new ReferenceBackend(), new ReferenceBackend({ holds: 'bytes' })]
  const cache = createCache({
    backend: hybridBackend({ tiers, clock, bus: bus.attach(), onTier: throwing }),
    ttl: '1h',
    clock,
  })
  bus.cut()
  await cache.set('key', 1)
  bus.mend()
  clock.advanceMs(10_000)
  await vi.waitFor(() => expect(heard).toEqual([{ keys: ['key'] }]), SOON)
  warn.mockRestore()
})
