// A byte order mark at the beginning of a text was gone when it came back: msgpackr's reader leaves it out.
import { type Codec, defaultCodec } from '@stowage/core'
import { msgpackCodec, type Structure, type StructureStore } from '@stowage/msgpack'
import { describe, expect, test } from 'vitest'

function memoryStructures(): StructureStore {
  const kept: Structure[] = []
  return { load: () => [...kept], append: (added) => kept.push(...added) }
}

/** Of every length at which msgpackr writes or reads in another way. */
const marked = [0, 1, 5, 16, 28, 29, 31, 32, 63, 64, 65, 252, 253, 255, 5_000, 65_535, 70_000].flatMap((length) =>
  ['a', 'é', '한'].map((character) => `\ufeff${character.repeat(length)}`),
)

describe.each<[string, () => Codec]>([
  ['inline', () => msgpackCodec()],
  ['with stored structures', () => msgpackCodec({ structures: memoryStructures() })],
])('%s', (_, makeCodec) => {
  test.each<[string, (text: string) => unknown]>([
    ['alone', (text) => text],
    ['in a list', (text) => ['before', text, 'behind']],
    ['in objects that are alike', (text) => Array.from({ length: 5 }, (_each, id) => ({ id, text }))],
    ['as a name', (text) => Array.from({ length: 5 }, (_each, id) => ({ id, [text]: id }))],
  ])('a mark comes back, %s', (_where, within) => {
    const codec = makeCodec()
    for (const text of marked) {
      const value = within(text)
      expect(codec.decode(codec.encode(value)), `${text.length} characters`).toStrictEqual(value)
    }
  })

  test('a mark further on takes no other codec', () => {
    const text = 'a\ufeff\ufeffb'
    const codec = makeCodec()
    expect(codec.encode({ text }).format).not.toBe(defaultCodec.encode({ text }).format)
    expect(codec.decode(codec.encode({ text }))).toEqual({ text })
  })
})
