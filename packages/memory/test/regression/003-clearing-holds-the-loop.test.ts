// Clearing and closing took time in the square of the entries: a million held the loop for a minute.
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('clearing drops the table, not the entries one by one', async () => {
  const backend = memoryBackend({ maxEntries: 200_000 })
  const times = { storedAtMs: 0, staleAtMs: 1, errorOnlyAtMs: 1, expireAtMs: 1 }
  const facts = { ...times, tags: ['t'], version: undefined, fingerprint: undefined, slidingMs: undefined }
  const encode = () => {
    throw new Error('memory holds values')
  }
  const maxBytes = Number.POSITIVE_INFINITY
  const fillingAt = performance.now()
  for (let at = 0; at < 200_000; at++)
    await backend.set(`key ${at}`, { facts, value: at, maxBytes, encode }, 0, undefined)
  const clearingAt = performance.now()
  await backend.invalidate({ all: true }, 0)
  const clearedAt = performance.now()
  // Several times the filling when it was quadratic; a thousandth of it now, on any machine.
  expect(clearedAt - clearingAt).toBeLessThan((clearingAt - fillingAt) / 10)
  expect((await backend.usage(0)).entryCount).toBe(0)
  expect(await backend.set('key', { facts, value: 1, maxBytes, encode }, 0, undefined)).toBe('stored')
})
