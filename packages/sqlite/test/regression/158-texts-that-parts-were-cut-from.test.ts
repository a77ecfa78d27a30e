/** Regression: keys that had been read, and fingerprints of what is read often, kept the texts alive that they were parts of: bodies of requests, for as long as the note of a key was in memory. */
import { createCache } from '@stowage/core'
import { heapBytes, LONG_TEXT_BYTES, partOfLongText } from '@stowage/test-servers/heap'
import { expect, onTestFinished, test } from 'vitest'
import { openStore } from '../stores.ts'

const COUNT = 40

function openCache() {
  const { backend } = openStore()
  const cache = createCache({ backend, ttl: '1h' })
  onTestFinished(() => cache.close())
  return cache
}

test('a key is kept without the text it was cut from', async () => {
  const cache = openCache()
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) {
    const key = partOfLongText(at)
    await cache.set(key, at)
    for (let reads = 0; reads < 4; reads++) expect(await cache.get(key)).toBe(at)
  }
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * LONG_TEXT_BYTES)
})

test('so is a fingerprint', async () => {
  const cache = openCache()
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) {
    const fingerprint = partOfLongText(at)
    await cache.set(`${at}`, 'read', { fingerprint })
    for (let reads = 0; reads < 4; reads++) await cache.get(`${at}`)
    await cache.set(`${at}`, 'kept', { fingerprint })
    expect(await cache.get(`${at}`)).toBe('kept')
  }
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * LONG_TEXT_BYTES)
})
