/** Stored structures: whoever adds to them, loses them or puts others in their place, no body is misread. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Codec, ConfigError, type EncodedBody } from '@stowage/core'
import { fileStructures, msgpackCodec, type Structure } from '@stowage/msgpack'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tempFile } from './temp-folder.ts'

function alike(names: readonly string[], count = 4): Record<string, number>[] {
  return Array.from({ length: count }, (_, at) => Object.fromEntries(names.map((name, each) => [name, at + each])))
}

function codecOn(path: string): Codec {
  return msgpackCodec({ structures: fileStructures(path) })
}

function textOf({ body }: EncodedBody): string {
  return Buffer.from(body).toString('latin1')
}

test('what is alike often enough gets a place in the file, and others read it from there', () => {
  const path = tempFile('new folder/structures')
  const [writer, other] = [codecOn(path), codecOn(path)]
  const few = writer.encode(alike(['a', 'b'], 3))
  const many = writer.encode(alike(['a', 'b'], 1))
  expect(textOf(few).includes('a')).toBe(true)
  expect(textOf(many).includes('a')).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('\n["a","b"]\n')
  for (const reader of [writer, other, codecOn(path)]) {
    expect(reader.decode(few)).toEqual(alike(['a', 'b'], 3))
    expect(reader.decode(many)).toEqual(alike(['a', 'b'], 1))
  }
})

test('each of two writers goes on with what the other has added', () => {
  const path = tempFile('structures')
  const [one, two] = [codecOn(path), codecOn(path)]
  const written: [EncodedBody, unknown][] = []
  for (const [codec, names] of [
    [one, 'ab'],
    [two, 'cd'],
    [one, 'ef'],
    [two, 'ab'],
    [one, 'cd'],
  ] as const) {
    const value = alike([...names])
    written.push([codec.encode(value), value])
  }
  expect(readFileSync(path, 'utf8').match(/\[.+\]/g)).toEqual(['["a","b"]', '["c","d"]', '["e","f"]'])
  for (const reader of [one, two, codecOn(path)]) {
    for (const [body, value] of written) expect(reader.decode(body)).toEqual(value)
  }
})

test('bytes of structures that are gone, or have been replaced, are refused', () => {
  const path = tempFile('structures')
  const writer = codecOn(path)
  const body = writer.encode(alike(['a', 'b']))
  rmSync(path)
  expect(() => codecOn(path).decode(body)).toThrow(/structures that are not stored here/)
  writeFileSync(path, '["b","a"]\n')
  expect(() => codecOn(path).decode(body)).toThrow(/structures that are not stored here/)
  expect(writer.decode(body)).toEqual(alike(['a', 'b']))
})

test('a writer whose file was replaced goes on with the new one', () => {
  const path = tempFile('structures')
  const writer = codecOn(path)
  writer.encode(alike(['a', 'b']))
  writeFileSync(path, '["x"]\n')
  const value = alike(['c', 'd'])
  const body = writer.encode(value)
  expect(codecOn(path).decode(body)).toEqual(value)
  const again = writer.encode(alike(['a', 'b']))
  expect(codecOn(path).decode(again)).toEqual(alike(['a', 'b']))
})

test('what a crash has left of a line is passed over by all', () => {
  const path = tempFile('structures')
  writeFileSync(path, '["a","b"]\n["c","d')
  const before = codecOn(path)
  const early = before.encode(alike(['a', 'b']))
  const writer = codecOn(path)
  const late = writer.encode(alike(['e', 'f']))
  expect(readFileSync(path, 'utf8')).toBe('["a","b"]\n["c","d\n["e","f"]\n')
  for (const reader of [before, writer, codecOn(path)]) {
    expect(reader.decode(early)).toEqual(alike(['a', 'b']))
    expect(reader.decode(late)).toEqual(alike(['e', 'f']))
  }
})

test('lines that are no structures count for nothing', () => {
  const path = tempFile('structures')
  writeFileSync(path, '["a","b"]\n{}\n[1]\nnull\n["a","b"]\n["c"]\n')
  expect(fileStructures(path).load()).toEqual([['a', 'b'], ['c']])
  appendFileSync(path, '["d"]')
  expect(fileStructures(path).load()).toEqual([['a', 'b'], ['c']])
})

test('a dictionary, whose names differ every time, takes no place', () => {
  const path = tempFile('structures')
  const codec = codecOn(path)
  for (let at = 0; at < 100; at++) codec.encode({ [`user ${at}`]: 1, [`user ${at + 1}`]: 2 })
  for (let at = 0; at < 10; at++) codec.encode(Object.fromEntries(Array.from({ length: 65 }, (_, name) => [name, at])))
  codec.encode(alike(['x'.repeat(2_000)]))
  expect(fileStructures(path).load()).toEqual([])
})

test('what has not been met for a thousand others is forgotten', () => {
  const path = tempFile('structures')
  const codec = codecOn(path)
  codec.encode(alike(['a', 'b'], 3))
  codec.encode(Array.from({ length: 1_000 }, (_, at) => ({ [`other ${at}`]: 1 })))
  codec.encode(alike(['a', 'b'], 3))
  expect(fileStructures(path).load()).toEqual([])
  codec.encode(alike(['a', 'b'], 1))
  expect(fileStructures(path).load()).toEqual([['a', 'b']])
})

test('a store that loses what it was given makes bytes unreadable at worst, never wrong', () => {
  const steps = fc.array(fc.tuple(fc.nat(2), fc.uniqueArray(fc.constantFrom(...'abcde'), { minLength: 1 })), {
    maxLength: 30,
  })
  fc.assert(
    fc.property(steps, (history) => {
      let stored: readonly Structure[] = []
      // Each writes over what the others have added since it last looked.
      const codecs = [0, 1, 2].map(() => {
        let seen = stored
        const load = () => (seen = stored)
        return msgpackCodec({ structures: { load, append: (added) => (stored = [...seen, ...added]) } })
      })
      const written = history.map(([who, keys]): [EncodedBody | undefined, unknown] => {
        const value = alike(keys)
        return [codecs[who]?.encode(value), value]
      })
      for (const [body, value] of written) {
        for (const codec of codecs) if (body !== undefined) expectRightOrRefused(codec, body, value)
      }
    }),
  )
})

function expectRightOrRefused(codec: Codec, body: EncodedBody, value: unknown): void {
  let decoded: unknown
  try {
    decoded = codec.decode(body)
  } catch (error) {
    expect(String(error)).toMatch(/not stored here/)
    return
  }
  expect(decoded).toEqual(value)
}

test('a store that cannot be written costs bytes, not writes, and is told once', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const full = () => {
    throw new Error('disk full')
  }
  const codec = msgpackCodec({ structures: { load: () => [], append: full } })
  for (const names of ['ab', 'cd']) {
    const value = alike([...names])
    expect(codec.decode(codec.encode(value))).toEqual(value)
  }
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('disk full'), { code: 'STOWAGE_STRUCTURES' })
})

test('a file of something else is left alone', () => {
  const path = tempFile('cache.db')
  writeFileSync(path, 'SQLite format 3')
  expect(() => codecOn(path)).toThrow(/cache\.db' is a file of something else/)
  writeFileSync(path, '\n'.repeat(4_194_305))
  expect(() => codecOn(path)).toThrow(ConfigError)
})

test('what keeps a store from being read is told when the codec is made', () => {
  const failing = () => {
    throw new Error('no permission')
  }
  expect(() => msgpackCodec({ structures: { load: failing, append: failing } })).toThrow('no permission')
  expect(() => fileStructures('')).toThrow(ConfigError)
})
