/** Regression: tags and fingerprints of entries in memory, and tags that had been invalidated, kept the texts alive that they were parts of, beyond every limit. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Cache, createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const TEXT_BYTES = 1_000_000
const COUNT = 40

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

/** A part of a text of which nothing else is left. */
function part(at: number): string {
  const text = Buffer.alloc(TEXT_BYTES, 'x').toString('latin1') + String(at).padStart(20, '0')
  return text.slice(-20)
}

test.each<readonly [string, (cache: Cache, at: number) => Promise<unknown>]>([
  ['a tag', (cache, at) => cache.set(at.toString(), at, { tags: [part(at)] })],
  ['a fingerprint', (cache, at) => cache.set(at.toString(), at, { fingerprint: part(at) })],
  ['an invalidated tag that a load going on may write', (cache, at) => cache.invalidate({ tags: [part(at)] })],
])('%s is kept without the text it was cut from', async (_, keep) => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 1_000 }), ttl: '1h' })
  const source = Promise.withResolvers<string>()
  const load = cache.getOrSet('loaded', () => source.promise)
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) await keep(cache, at)
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * TEXT_BYTES)
  source.resolve('value')
  await load
  await cache.close()
})
