// An entry whose life ends before it is stale, as a tier's cap makes it, was served past its end by the fast path.
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from '../entries.ts'

test.each([[[]], [['t']]])('the end of an entry with tags %j is its end on every path', async (tags) => {
  const backend = memoryBackend({ maxEntries: 10 })
  await backend.set('key', entryOf('value', tags, { staleAtMs: 90_000, expireAtMs: 30_000 }), 0, undefined)
  expect(backend.getSync('key', 29_999, 'use')).toBe('value')
  expect(backend.getSync('key', 30_000, 'use')).toBeUndefined()
  expect(backend.get('key', 30_000)).toBe('expired')
})
