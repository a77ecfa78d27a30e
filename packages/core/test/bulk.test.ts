/** Calls for many keys at once: what is answered, and what a source is asked. */
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

test('getMany, setMany, deleteMany', async () => {
  expect(
    await cache.setMany([
      ['a', 1],
      ['b', 2, '1s'],
      [['c', 3], 3],
    ]),
  ).toEqual(Array(3).fill({ outcome: 'stored' }))
  clock.advanceMs(1_000)
  const parts = ['c', 3] as const
  expect(await cache.getMany<number>(['a', 'b', parts])).toEqual(
    new Map<unknown, number>([
      ['a', 1],
      [parts, 3],
    ]),
  )
  expect(await cache.deleteMany(['a', 'a', 'b', 'no'])).toBe(1)
  await expect(
    cache.setMany([
      ['ok', 1],
      ['bad', undefined],
    ]),
  ).rejects.toThrow(UsageError)
  expect(await cache.has('ok')).toBe(false)
})

test.for(['bytes', 'values'] as const)(
  'getMany gives values that count for nothing, and no key without one, of %s',
  async (holds) => {
    const own = createCache({ backend: new ReferenceBackend({ holds }), ttl: '1m', clock })
    const given = [null, 0, '', false, -0, []].map((value, at) => [`key ${at}`, value] as const)
    await own.setMany(given)
    await own.getOrSet('none', () => undefined, { negativeTtl: '1m' })
    expect(await own.getMany([...given.map(([key]) => key), 'none', 'absent'])).toEqual(new Map<string, unknown>(given))
    expect(own.stats()).toMatchObject({ hits: given.length + 1 })
  },
)

test('getOrSetMany asks the source once, for what is missing and not being loaded', async () => {
  await cache.set('there', 'held')
  const { loader, runs } = heldLoader()
  const single = cache.getOrSet('loading', loader)
  await turn()
  const asked: (readonly string[])[] = []
  const many = cache.getOrSetMany(['there', 'loading', 'x', 'y', 'x'], (missing) => {
    asked.push(missing)
    return new Map(missing.map((key) => [key, `${key} loaded`]))
  })
  await turn()
  runs[0]?.settle('by the other')
  expect(await many).toEqual(
    new Map([
      ['there', 'held'],
      ['loading', 'by the other'],
      ['x', 'x loaded'],
      ['y', 'y loaded'],
    ]),
  )
  expect(asked).toEqual([['x', 'y']])
  expect([await single, await cache.get('y')]).toEqual(['by the other', 'y loaded'])
})

test('a key the source does not know has no value; a failing source fails the call once', async () => {
  expect(await cache.getOrSetMany(['a', 'b'], () => new Map([['a', 1]]))).toEqual(
    new Map([
      ['a', 1],
      ['b', undefined],
    ]),
  )
  expect(await cache.has('b')).toBe(false)
  let runs = 0
  const failing = () => Promise.reject(new Error(`down ${++runs}`))
  await expect(cache.getOrSetMany(['c', 'd'], failing)).rejects.toThrow('down 1')
  await expect(cache.getOrSetMany(['c'], () => ({}) as never)).rejects.toThrow(/returned no Map/)
})

test('stale keys are refreshed behind, in one call', async () => {
  const options = { ttl: '1s', staleWhileRevalidate: '1h' } as const
  await cache.setMany([
    ['a', 1, options],
    ['b', 2, options],
  ])
  clock.advanceMs(1_000)
  const asked: (readonly string[])[] = []
  const load = (missing: readonly string[]) => {
    asked.push(missing)
    return new Map(missing.map((key) => [key, 9]))
  }
  expect(await cache.getOrSetMany(['a', 'b'], load, options)).toEqual(
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  )
  for (let turns = 0; turns < 3; turns++) await turn()
  expect(asked).toEqual([['a', 'b']])
  expect(await cache.getMany(['a', 'b'])).toEqual(
    new Map([
      ['a', 9],
      ['b', 9],
    ]),
  )
})
test('a bulk loader’s keys are compared by value', async () => {
  const load = () => new Map([[['user', 1], 'one'] as const])
  const keys = [['user', 1]] as const
  expect(await cache.getOrSetMany(keys, load)).toEqual(new Map([[keys[0], 'one']]))
  expect(await cache.get(['user', 1])).toBe('one')
})
