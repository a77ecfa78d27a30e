/** What goes in comes out, as with the default codec, and in fewer bytes. */
import assert from 'node:assert/strict'
import { type Codec, ConfigError, createCache, defaultCodec } from '@stowage/core'
import { fileStructures, msgpackCodec, type Structure, type StructureStore } from '@stowage/msgpack'
import { sqliteBackend } from '@stowage/sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tempFile } from './temp-folder.ts'
import { anyValues, plainValues } from './values.ts'

function memoryStructures(): StructureStore & { readonly kept: Structure[] } {
  const kept: Structure[] = []
  return { kept, load: () => [...kept], append: (added) => kept.push(...added) }
}

const rows = Array.from({ length: 50 }, (_, id) => ({
  id,
  name: `Name ${id}`,
  place: { city: 'Hamburg', zip: 20_095 },
}))

/** A hundred structures, each of several objects. */
function manyKinds(name: string): unknown {
  return Array.from({ length: 100 }, (_, kind) => [1, 2, 3, 4, 5].map((at) => ({ [`${name}${kind}`]: at, kind })))
}

describe.each<[string, () => Codec]>([
  ['inline', () => msgpackCodec()],
  ['with stored structures', () => msgpackCodec({ structures: memoryStructures() })],
])('%s', (_, makeCodec) => {
  // One codec for all: what it has learned from one value must not change another.
  const codec = makeCodec()

  test('any plain value comes back as it was', () => {
    fc.assert(
      fc.property(plainValues, (value) => {
        assert.deepEqual(codec.decode(codec.encode(value)), value)
      }),
      { numRuns: 1_000 },
    )
  })

  test('any value comes back as it was', () => {
    fc.assert(
      fc.property(anyValues, (value) => {
        expect(codec.decode(codec.encode(value))).toStrictEqual(value)
      }),
      { numRuns: 1_000 },
    )
  })

  test('objects that are alike take fewer bytes, also to another reader', () => {
    const { format, body } = codec.encode(rows)
    expect(format).toMatch(/^msgpack/)
    expect(body.length).toBeLessThan(JSON.stringify(rows).length / 2)
    expect(codec.decode({ format, body: Uint8Array.from(Buffer.from(body)) })).toStrictEqual(rows)
  })

  test.each<[string, unknown]>([
    ['more structures than a list holds', manyKinds('k')],
    ['structures of long names', manyKinds('k'.repeat(3_000))],
    ['objects without properties', Array.from({ length: 10 }, () => ({}))],
    ['a dictionary', Object.fromEntries(Array.from({ length: 70_000 }, (_each, at) => [`name ${at}`, at]))],
  ])('%s', (_name, value) => {
    for (const each of [value, rows, [value, rows]]) assert.deepEqual(codec.decode(codec.encode(each)), each)
  })

  test('a body is the caller’s own: later values leave it as it is', () => {
    const first = codec.encode(rows)
    const before = Buffer.from(first.body)
    for (let at = 0; at < 100; at++) codec.encode([...rows, at])
    expect(Buffer.compare(before, Buffer.from(first.body))).toBe(0)
  })
})

test('what is not plain is written as the default codec writes it, and what that wrote is read', () => {
  const codec = msgpackCodec()
  for (const value of [new Date(0), new Uint8Array([1]), { a: undefined }, { text: '\ud800' }, { ['__proto__']: 1 }]) {
    expect(codec.encode(value)).toEqual(defaultCodec.encode(value))
  }
  for (const value of [rows, 'text', new Map([[1, new Date(0)]])]) {
    expect(codec.decode(defaultCodec.encode(value))).toStrictEqual(value)
  }
})

test('text of any script stays with msgpack', () => {
  const value = { korean: '한국어 텍스트', floats: Array.from({ length: 500 }, (_, at) => at * 1.37), wide: 'ＡＢ￡' }
  expect(msgpackCodec().encode(value).format).toBe('msgpack')
})

test('each format is read by the codec that has what it takes', () => {
  const stored = msgpackCodec({ structures: memoryStructures() })
  expect(stored.decode(msgpackCodec().encode(rows))).toStrictEqual(rows)
  expect(() => msgpackCodec().decode(stored.encode(rows))).toThrow(/needs the option structures/)
})

test('entries outlive the process that wrote them', async () => {
  const path = tempFile('cache.db')
  const open = () => {
    const codec = msgpackCodec({ structures: fileStructures(`${path}.structures`) })
    return createCache({ backend: sqliteBackend({ path }), ttl: '1h', codec })
  }
  const first = open()
  await first.set('rows', rows)
  await first.close()
  const second = open()
  expect(await second.get('rows')).toStrictEqual(rows)
  await second.close()
})

test.each<[string, unknown, RegExp]>([
  ['an option', { structure: 1 }, /unknown option 'structure'/],
  ['a store', { structures: 'file.json' }, /structures: 'file.json' is not a store/],
])('a wrong %s is told at once', (_, options, message) => {
  const make = (): unknown => Reflect.apply(msgpackCodec, undefined, [options])
  expect(make).toThrow(ConfigError)
  expect(make).toThrow(message)
})
