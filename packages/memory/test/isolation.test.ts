/** What callers can do to each other's values, by `isolation`, seen through the front. */
import { CodecError, ConfigError, createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

type Isolation = 'reference' | 'copy' | 'freeze'

const cacheWith = (isolation: Isolation) =>
  createCache({ backend: memoryBackend({ maxEntries: 2_000, isolation }), ttl: '1m' })

interface Team {
  names: string[]
  lead: { name: string }
}
const team = (): Team => ({ names: ['Ada'], lead: { name: 'Ada' } })

test('reference: one value for all', async () => {
  const cache = cacheWith('reference')
  const value = team()
  await cache.set('key', value)
  expect(await cache.get('key')).toBe(value)
  expect(cache.peek('key')).toBe(value)
})

test('every part of a copy is another one, wherever it is', async () => {
  const cache = cacheWith('copy')
  const value = { rows: [{ id: 1 }, { id: 2 }], mixed: [0, { deep: [[{ id: 3 }]] }, 'text'], empty: [], none: null }
  await cache.set('key', value)
  const first = await cache.get<typeof value>('key')
  for (const row of first?.rows ?? []) row.id = 0
  first?.rows.pop()
  Object.assign(first?.mixed[1] ?? {}, { deep: 0 })
  expect(await cache.get('key')).toEqual(value)
  const second = await cache.get<typeof value>('key')
  Object.assign(second?.rows[0] ?? {}, { id: 9 })
  expect(await cache.get('key')).toEqual(value)
})

test('values of many shapes in one cache: no two copies have a part in common', async () => {
  const place = fc.constantFrom('a', 'b', 'c')
  const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(place, tie('value'), { maxKeys: 3 }),
    ),
  }))
  await fc.assert(
    fc.asyncProperty(fc.array(anyValue, { maxLength: 12 }), async (values) => {
      const cache = cacheWith('copy')
      for (const [at, value] of values.entries()) await cache.set(`key ${at}`, value)
      const seen = new Set(values.flatMap(partsOf))
      for (const [at, value] of [...values, ...values].entries()) {
        const found = await cache.get(`key ${at % values.length}`)
        expect(found).toEqual(value)
        for (const part of partsOf(found)) {
          expect(seen.has(part)).toBe(false)
          seen.add(part)
        }
      }
    }),
  )
})

test('more shapes than plans are shared, and wider ones: copies all the same', async () => {
  const cache = cacheWith('copy')
  const rare = Array.from({ length: 1_050 }, (_, at) => ({ [`place ${at}`]: { of: { one: {}, other: [] } } }))
  const wide = Array.from({ length: 50 }, (_, width) => ({
    within: Object.fromEntries(Array.from({ length: width }, (_, nth) => [nth, { nth }])),
  }))
  const values = [...wide, ...rare]
  for (const [at, value] of values.entries()) await cache.set(`key ${at}`, value)
  for (const [at, value] of values.entries()) {
    const [one, other] = [await cache.get(`key ${at}`), await cache.get(`key ${at}`)]
    expect(one).toEqual(value)
    const parts = new Set(partsOf(one))
    expect(partsOf(other).filter((part) => parts.has(part))).toEqual([])
  }
})

function partsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return []
  return [value, ...Object.values(value).flatMap(partsOf)]
}

describe.each(['copy', 'freeze'] as const)('%s', (isolation) => {
  test('what the writer changes later does not reach readers', async () => {
    const cache = cacheWith(isolation)
    const value = team()
    await cache.set('key', value)
    value.names.push('Grace')
    value.lead.name = 'Grace'
    expect(await cache.get('key')).toEqual(team())
    expect(Object.isFrozen(value)).toBe(false)
  })

  test.each(['get', 'getSync', 'peek', 'lookup', 'getOrSet'] as const)(
    'what a reader by %s does stays with it',
    async (read) => {
      const cache = cacheWith(isolation)
      await cache.set('key', team())
      const readers = {
        get: () => cache.get<Team>('key'),
        getSync: () => cache.getSync<Team>('key'),
        peek: () => cache.peek<Team>('key'),
        lookup: async () => {
          const lookup = await cache.lookup<Team>('key')
          return lookup.outcome === 'miss' ? undefined : lookup.value
        },
        getOrSet: () => cache.getOrSet('key', team),
      }
      const found = await readers[read]()
      const change = () => found?.names.push('Grace')
      if (isolation === 'freeze') expect(change).toThrow(TypeError)
      else expect(change()).toBe(2)
      expect(await cache.get('key')).toEqual(team())
    },
  )

  test('every value of data comes back as it was, and as somebody else’s', async () => {
    const cache = cacheWith(isolation)
    const date = new Date(0)
    const value = {
      date,
      map: new Map([['a', [1n]]]),
      set: new Set([date]),
      bytes: Buffer.from('abc'),
      none: undefined,
    }
    await cache.set('key', value)
    const found = await cache.get<typeof value>('key')
    expect(found).toEqual(value)
    expect(found?.date).not.toBe(date)
    value.bytes[0] = 0
    found?.date.setFullYear(2000)
    found?.map.clear()
    expect(await cache.get('key')).toMatchObject({ date, bytes: Buffer.from('abc'), map: new Map([['a', [1n]]]) })
  })

  // A Buffer that was the value itself was handed through: its slice is no copy.
  test.each([Buffer.from('abc'), new Uint8Array([97, 98, 99])])('bytes are copied both ways: %o', async (bytes) => {
    const cache = cacheWith(isolation)
    await cache.set('key', bytes)
    bytes[0] = 0
    const found = await cache.get<Uint8Array>('key')
    found?.fill(1)
    const again = await cache.get<Uint8Array>('key')
    expect([...(again ?? [])]).toEqual([97, 98, 99])
    expect(again?.constructor).toBe(bytes.constructor)
  })

  test('any plain value comes back equal', async () => {
    const cache = cacheWith(isolation)
    await fc.assert(
      fc.asyncProperty(fc.anything({ withSparseArray: true, withBigInt: true, withDate: true }), async (value) => {
        if (value === undefined) return
        await cache.set('key', value)
        const found = await cache.get('key')
        expect(found).toStrictEqual(value)
        if (typeof value === 'object' && value !== null) expect(found).not.toBe(value)
      }),
    )
  })

  test('cycles and `__proto__` are copied, and nothing is polluted', async () => {
    const cache = cacheWith(isolation)
    const ring: { self?: unknown } = {}
    ring.self = ring
    await cache.set('ring', ring)
    const found = await cache.get<{ self: unknown }>('ring')
    expect(found?.self).toBe(found)
    await cache.set('proto', JSON.parse('{"a":{"__proto__":{"polluted":true}}}'))
    const parsed = await cache.get<{ a: object }>('proto')
    expect(Object.hasOwn(parsed?.a ?? {}, '__proto__')).toBe(true)
    expect(Object.getPrototypeOf(parsed?.a)).toBe(Object.prototype)
  })

  test('what is no data is refused, and said so; a loader’s result is given all the same', async () => {
    const cache = cacheWith(isolation)
    class Session {}
    await expect(cache.set('key', new Session())).rejects.toThrow(CodecError)
    await expect(cache.set('key', () => 1)).rejects.toThrow(/^codec copy in memory: encode failed/)
    expect(await cache.getOrSet('key', () => new Session())).toBeInstanceOf(Session)
    expect(await cache.has('key')).toBe(false)
    expect(cache.stats().refused.unencodable).toBe(1)
  })
})

test('another word is refused, with those that are allowed', () => {
  // @ts-expect-error no such isolation
  expect(() => memoryBackend({ maxEntries: 1, isolation: 'clone' })).toThrow(ConfigError)
})

test.each(['reference', 'copy', 'freeze'] as const)(
  'a sizeOf of one’s own measures the value, by %s',
  async (isolation) => {
    const measured: unknown[] = []
    const sizeOf = (value: unknown) => measured.push(value)
    const cache = createCache({ backend: memoryBackend({ maxEntries: 9, isolation, sizeOf }), ttl: '1m' })
    const values = [{ name: 'Ada' }, { at: new Date(0) }, 'text']
    for (const [nth, value] of values.entries()) await cache.set(`key ${nth}`, value)
    expect(measured).toEqual(values)
  },
)
