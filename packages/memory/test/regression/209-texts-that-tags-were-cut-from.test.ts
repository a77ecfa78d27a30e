/** Regression: tags and fingerprints of entries in memory, and tags that had been invalidated, kept the texts alive that they were parts of, beyond every limit. */
import { type Cache, createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { heapBytes, LONG_TEXT_BYTES, partOfLongText } from '@stowage/test-servers/heap'
import { expect, test } from 'vitest'

const COUNT = 40

test.each<readonly [string, (cache: Cache, at: number) => Promise<unknown>]>([
  ['a tag', (cache, at) => cache.set(at.toString(), at, { tags: [partOfLongText(at)] })],
  ['a fingerprint', (cache, at) => cache.set(at.toString(), at, { fingerprint: partOfLongText(at) })],
  [
    'an invalidated tag that a load going on may write',
    (cache, at) => cache.invalidate({ tags: [partOfLongText(at)] }),
  ],
])('%s is kept without the text it was cut from', async (_, keep) => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 1_000 }), ttl: '1h' })
  const source = Promise.withResolvers<string>()
  const load = cache.getOrSet('loaded', () => source.promise)
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) await keep(cache, at)
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * LONG_TEXT_BYTES)
  source.resolve('value')
  await load
  await cache.close()
})
