/** Regression: keys that had been loaded a while ago kept the texts alive that they were parts of, on every backend: bodies of requests, two thousand of them. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
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

test('a key that was loaded is remembered without the text it was cut from', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1h' })
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) await cache.getOrSet(part(at), ({ skip }) => skip(at))
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * TEXT_BYTES)
  await cache.close()
})
