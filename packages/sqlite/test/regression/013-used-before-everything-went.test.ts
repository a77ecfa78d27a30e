/** Entries that had been used shortly before everything was invalidated were never reclaimed: their uses, written down later, hid them. */
import { systemClock } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { held, put, sweepAll } from '../entries.ts'
import { openStore } from '../stores.ts'

test('sweeps take out all that was cleared, used or not', async () => {
  const { backend } = openStore()
  const keys = Array.from({ length: 1_000 }, (_, at) => `key ${at}`)
  for (const key of keys) await put(backend, key, 'value')
  // By then uses have higher numbers than the file knows of.
  const aSecondLaterMs = systemClock.nowMs() + 1_000
  const clock = vi.spyOn(systemClock, 'nowMs').mockReturnValue(aSecondLaterMs)
  onTestFinished(() => clock.mockRestore())
  for (const key of keys) expect(await held(backend, key)).toBe('value')
  await backend.invalidate({ all: true }, 0)
  await sweepAll(backend)
  expect(await backend.usage(0)).toMatchObject({ entryCount: 0, sizeBytes: 0 })
})
