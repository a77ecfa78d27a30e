/** Regression: keys that had been loaded a while ago kept the texts alive that they were parts of, on every backend: bodies of requests, two thousand of them. */
import { createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { heapBytes, LONG_TEXT_BYTES, partOfLongText } from '@stowage/test-servers/heap'
import { expect, test } from 'vitest'

const COUNT = 40

test('a key that was loaded is remembered without the text it was cut from', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1h' })
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) await cache.getOrSet(partOfLongText(at), ({ skip }) => skip(at))
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * LONG_TEXT_BYTES)
  await cache.close()
})
