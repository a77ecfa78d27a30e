// While a near tier failed, the far one was not swept either: what had been invalidated or had expired there stayed for as long.
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { expect, test, vi } from 'vitest'

test('the far tier is swept without it', async () => {
  const clock = createFakeClock()
  const near = faultyBackend(new ReferenceBackend(), clock)
  const far = new ReferenceBackend({ holds: 'bytes' })
  const sweep = vi.spyOn(far, 'sweep')
  const backend = hybridBackend({ tiers: [near, far], clock, onTier: () => undefined })
  near.inject('sweep', { kind: 'reject', error: new Error('the disk is gone') })
  expect(await backend.sweep(0)).toMatchObject({ done: true })
  expect(sweep).toHaveBeenCalledOnce()
})
