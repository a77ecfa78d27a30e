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
  for (let at = 0; at < 200_000; at++) await backend.set(`key ${at}`, { facts, value: at, encode }, 0, undefined)
  const startedAt = performance.now()
  await backend.invalidate({ all: true }, 0)
  // 2,800 ms when it was quadratic; some ms now.
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect((await backend.usage(0)).entryCount).toBe(0)
  expect(await backend.set('key', { facts, value: 1, encode }, 0, undefined)).toBe('stored')
})
