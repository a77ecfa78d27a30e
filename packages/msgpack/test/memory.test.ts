/** What a long-lived process keeps of the values it has met: a bounded amount. */
import type { Codec, EncodedBody } from '@stowage/core'
import { msgpackCodec } from '@stowage/msgpack'
import { heapBytes } from '@stowage/test-servers/heap'
import { pack } from 'msgpackr'
import { expect, test } from 'vitest'

/** Bytes of the heap that are still in use after `work`, beyond those before. */
function keptBytes(work: () => void): number {
  const before = heapBytes()
  work()
  return heapBytes() - before
}

const NAMES = 20_000

function bodiesOf(codec: Codec): EncodedBody[] {
  return Array.from({ length: NAMES }, (_, at) => codec.encode([{ [`name ${at}`]: 1 }, { [`name ${at}`]: 2 }]))
}

test('names that never come again', () => {
  const codec = msgpackCodec({ structures: { load: () => [], append: () => undefined } })
  bodiesOf(codec)
  const kept = keptBytes(() => {
    for (let at = 0; at < 10 * NAMES; at++) codec.encode({ [`other ${at}`]: at })
  })
  expect(kept).toBeLessThan(20_000_000)
})

test('lists that never come again', () => {
  const codec = msgpackCodec()
  const bodies = bodiesOf(codec)
  const kept = keptBytes(() => {
    for (const body of bodies) codec.decode(body)
  })
  expect(kept).toBeLessThan(4_000_000)
})

test('the working memory of a large value', () => {
  const codec = msgpackCodec()
  codec.encode(['x'.repeat(20_000_000)])
  // All of msgpackr writes into one memory.
  expect(pack(1).buffer.byteLength).toBeLessThan(100_000)
})
