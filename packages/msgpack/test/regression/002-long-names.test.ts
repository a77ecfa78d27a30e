// Of up to a thousand objects whose names were too long to be kept all names stayed in memory, however long they were.
import { msgpackCodec } from '@stowage/msgpack'
import { heapBytes } from '@stowage/test-servers/heap'
import { expect, test } from 'vitest'

test.each([
  ['each body', undefined],
  ['a store', { load: () => [], append: () => undefined }],
])('long names are not remembered, with the structures in %s', (_, structures) => {
  const codec = msgpackCodec(structures === undefined ? {} : { structures })
  const name = 'n'.repeat(3_000)
  const value = [{ [name]: 1 }, { [name]: 2 }]
  expect(codec.decode(codec.encode(value))).toEqual(value)
  const before = heapBytes()
  for (let at = 0; at < 900; at++) {
    const name = Buffer.alloc(20_000, `${at} `).toString('latin1')
    codec.decode(codec.encode([{ [name]: 1 }, { [name]: 2 }]))
  }
  expect(heapBytes() - before).toBeLessThan(6_000_000)
})
