/** What an index promises, on every backend that can keep one, against a sorted array that does the same. */
import type { Backend } from '@stowage/core'
import { UsageError } from '@stowage/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readKey, writeKey } from '../src/index/index-key.ts'
import { createIndex, type IndexKey } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

const element = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom('', 'a', 'ab', 'a\u0000', 'a\u0001', 'a\u0001\u0001', 'b', '\uffff', '😀'),
  fc.double({ noNaN: true }).map((number) => number + 0),
  fc.integer({ min: -3, max: 3 }),
)
const indexKey: fc.Arbitrary<IndexKey> = fc.oneof(element, fc.array(element, { maxLength: 3 }))

/** Numbers, texts, lists; each by its own order. */
function compareKeys(one: IndexKey, other: IndexKey): number {
  const kind = (key: IndexKey): number => (typeof key === 'number' ? 0 : typeof key === 'string' ? 1 : 2)
  if (kind(one) !== kind(other)) return kind(one) - kind(other)
  if (typeof one === 'number' && typeof other === 'number') return one - other || 0
  if (typeof one === 'string' && typeof other === 'string') return Buffer.compare(Buffer.from(one), Buffer.from(other))
  if (!isList(one) || !isList(other)) throw new Error('kinds are the same')
  for (const [at, part] of one.entries()) {
    if (at >= other.length) return 1
    const order = compareKeys(part, other[at] ?? '')
    if (order !== 0) return order
  }
  return one.length - other.length
}

function isList(key: IndexKey): key is readonly (string | number)[] {
  return Array.isArray(key)
}

describe('keys', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(indexKey, (key) => {
        const back = readKey(writeKey(key))
        expect(back).toEqual(isList(key) ? key.map((part) => (part === 0 ? 0 : part)) : key === 0 ? 0 : key)
      }),
      { numRuns: 2_000 },
    )
  })

  test('have texts that order as they do, and are the same only for the same key', () => {
    fc.assert(
      fc.property(indexKey, indexKey, (one, other) => {
        const byText = Buffer.compare(Buffer.from(writeKey(one)), Buffer.from(writeKey(other)))
        expect(Math.sign(byText)).toBe(Math.sign(compareKeys(one, other)))
      }),
      { numRuns: 5_000 },
    )
  })

  test('that are none are refused', () => {
    for (const key of [Number.NaN, '\ud800', 'x'.repeat(9_000)]) expect(() => writeKey(key)).toThrow(UsageError)
  })
})

describeBackends((kind) => {
  let store: TestStore
  let backend: Backend
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  test('does what a sorted array does', { timeout: 60_000 }, async () => {
    const few = fc.constantFrom<IndexKey>(
      '',
      'a',
      'ab',
      'b',
      'a\u0000',
      1,
      -1,
      2.5,
      ['a'],
      ['a', 1],
      ['a', 'b'],
      [],
      '😀',
      '\uffff',
    )
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key: few, value: fc.integer() }),
      fc.record({ do: fc.constant('delete' as const), key: few }),
      fc.record({ do: fc.constant('update' as const), key: few, value: fc.option(fc.integer()) }),
      fc.record({ do: fc.constant('range' as const), from: fc.option(few), to: fc.option(few), reverse: fc.boolean() }),
      fc.record({ do: fc.constant('prefix' as const), prefix: few.filter((key) => typeof key !== 'number') }),
    )
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const index = createIndex<number, IndexKey>(backend, `model-${round++}`)
        const model = new Map<string, readonly [IndexKey, number]>()
        const sorted = (): (readonly [IndexKey, number])[] =>
          [...model.values()].sort(([one], [other]) => compareKeys(one, other))
        for (const each of steps) {
          if (each.do === 'set') {
            await index.set(each.key, each.value)
            model.set(writeKey(each.key), [each.key, each.value])
          } else if (each.do === 'delete') {
            expect(await index.delete(each.key)).toBe(model.delete(writeKey(each.key)) ? 'deleted' : 'absent')
          } else if (each.do === 'update') {
            const seen: unknown[] = []
            await index.update(each.key, (old) => {
              seen.push(old)
              return each.value ?? undefined
            })
            expect(seen).toEqual([model.get(writeKey(each.key))?.[1]])
            if (each.value === null) model.delete(writeKey(each.key))
            else model.set(writeKey(each.key), [each.key, each.value])
          } else if (each.do === 'range') {
            const range = {
              ...(each.from === null ? {} : { from: each.from }),
              ...(each.to === null ? {} : { to: each.to }),
            }
            const expected = sorted().filter(
              ([key]) =>
                (each.from === null || compareKeys(key, each.from) >= 0) &&
                (each.to === null || compareKeys(key, each.to) < 0),
            )
            expect(await index.size(range)).toBe(expected.length)
            if (each.reverse) expected.reverse()
            expect(await Array.fromAsync(index.entries({ ...range, reverse: each.reverse }))).toEqual(expected)
            expect(await index.first({ ...range, reverse: each.reverse })).toEqual(expected[0])
            expect(await index.last({ ...range, reverse: each.reverse })).toEqual(expected.at(-1))
          } else {
            const { prefix } = each
            const begins = (key: IndexKey): boolean =>
              typeof prefix === 'string'
                ? typeof key === 'string' && key.startsWith(prefix)
                : isList(prefix) && isList(key) && prefix.every((part, at) => key[at] === part)
            const expected = sorted().filter(([key]) => begins(key))
            expect(await Array.fromAsync(index.entries({ prefix }))).toEqual(expected)
          }
        }
        expect(await Array.fromAsync(index.entries())).toEqual(sorted())
      }),
      { numRuns: 25 },
    )
  })

  test('holds more than a page, in both directions', async () => {
    const index = createIndex<number, number>(backend, 'many')
    const keys = Array.from({ length: 1_001 }, (_, at) => at - 500)
    await index.setMany(keys.toReversed().map((key) => [key, key * 2]))
    expect(await Array.fromAsync(index.entries(), ([key]) => key)).toEqual(keys)
    expect(await Array.fromAsync(index.entries({ reverse: true, limit: 450 }), ([key]) => key)).toEqual(
      keys.toReversed().slice(0, 450),
    )
  })

  test('an update of many at once loses none', async () => {
    const indexes = [createIndex<number>(backend, 'sum'), createIndex<number>(store.open(), 'sum')]
    await Promise.all(Array.from({ length: 40 }, async (_, n) => indexes[n % 2]?.update('total', (old = 0) => old + n)))
    expect(await indexes[0]?.get('total')).toBe(780)
  })

  test('a write under an old fencing token is refused, and changes nothing', async () => {
    const index = createIndex<string>(backend, 'fenced')
    expect(await index.set('k', 'first', { fence: 10 })).toBe('stored')
    expect(await index.set('k', 'second', { fence: 12 })).toBe('stored')
    expect(await index.set('k', 'late', { fence: 11 })).toBe('superseded')
    expect(await index.delete('k', { fence: 10 })).toBe('superseded')
    expect(await index.delete('none', { fence: 10 })).toBe('superseded')
    expect(await index.get('k')).toBe('second')
    expect(await index.set('k', 'third', { fence: 12 })).toBe('stored')
    expect(await index.delete('k', { fence: 13 })).toBe('deleted')
    await expect(index.set('k', 'x', { fence: 0.5 })).rejects.toThrow(UsageError)
  })

  test('nothing of the cache beside it takes an entry out', async () => {
    const index = createIndex<number>(backend, 'kept')
    await index.setMany(Array.from({ length: 50 }, (_, at) => [`k${at}`, at]))
    await backend.invalidate({ all: true }, Date.now())
    await backend.sweep(Date.now())
    expect(await index.size()).toBe(50)
    expect(await createIndex<number>(backend, 'other').size()).toBe(0)
  })
})
