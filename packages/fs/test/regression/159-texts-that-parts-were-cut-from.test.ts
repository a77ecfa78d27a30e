/** Regression: keys whose files had been looked for, and tags that had been invalidated, kept the texts alive that they were parts of: bodies of requests, thousands of them. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { newDirectory, openCache } from '../stores.ts'

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

test('a key is kept without the text it was cut from', async () => {
  const cache = openCache(newDirectory())
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) {
    const key = part(at)
    await cache.set(key, at)
    expect(await cache.get(key)).toBe(at)
  }
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * TEXT_BYTES)
})

test('so is a tag', async () => {
  const cache = openCache(newDirectory())
  const before = heapBytes()
  for (let at = 0; at < COUNT; at++) await cache.invalidate({ tags: [part(at)] })
  expect(heapBytes() - before).toBeLessThan((COUNT / 2) * TEXT_BYTES)
})
