/** Regression: keys whose files had been looked for, and tags that had been invalidated, kept the texts alive that they were parts of: bodies of requests, thousands of them. */
import { heapBytes, LONG_TEXT_BYTES, partOfLongText } from '@stowage/test-servers/heap'
import { expect, test } from 'vitest'
import { newDirectory, openCache } from '../stores.ts'

const COUNT = 40

test('a key is kept without the text it was cut from', async () => {
  const cache = openCache(newDirectory())
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) {
    const key = partOfLongText(at)
    await cache.set(key, at)
    expect(await cache.get(key)).toBe(at)
  }
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * LONG_TEXT_BYTES)
})

test('so is a tag', async () => {
  const cache = openCache(newDirectory())
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) await cache.invalidate({ tags: [partOfLongText(at)] })
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * LONG_TEXT_BYTES)
})
