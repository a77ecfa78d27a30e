/** Queries: one definition behind every call, what follows from the arguments, bulk loads, and tasks for a warmer. */
import {
  type Cache,
  ConfigError,
  createCache,
  createWarmer,
  defineQuery,
  type LoadContext,
  type Schema,
} from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1m', clock })
})

interface Team {
  readonly id: number
  readonly year: number
}

/** Counts what the source was asked. */
function teamQuery() {
  const asked: Team[] = []
  const query = defineQuery(cache, {
    key: ({ id, year }: Team) => ['team', id, year],
    load: async (team, { set }) => {
      asked.push(team)
      if (team.year < 2000) set({ ttl: 'forever' })
      return `team ${team.id} of ${team.year}`
    },
    tags: ({ id }) => [`team:${id}`],
    ttl: '10s',
  })
  return { query, asked }
}

describe('one value', () => {
  test('is loaded once, refreshed, set and forgotten, all under the key of its arguments', async () => {
    const { query, asked } = teamQuery()
    const team = { id: 7, year: 2001 }
    expect(await Promise.all([query.get(team), query.get({ year: 2001, id: 7 })])).toEqual([
      'team 7 of 2001',
      'team 7 of 2001',
    ])
    expect(asked).toEqual([team])
    expect(query.peek(team)).toBe('team 7 of 2001')
    expect(await query.lookup(team)).toMatchObject({ outcome: 'hit', value: 'team 7 of 2001', ttlLeftMs: 10_000 })
    await query.refresh(team)
    expect(asked).toHaveLength(2)
    await query.set(team, 'by hand')
    expect(await cache.get(query.key(team))).toBe('by hand')
    expect([await query.invalidate(team), await query.invalidate(team)]).toEqual([true, false])
    expect(query.peek(team)).toBeUndefined()
  })

  test('has the tags of its arguments, whether it was loaded or set', async () => {
    const { query } = teamQuery()
    await query.get({ id: 7, year: 2001 })
    await query.set({ id: 7, year: 2002 }, 'by hand')
    await query.get({ id: 8, year: 2001 })
    await cache.invalidate({ tags: ['team:7'] })
    expect(
      await cache.getMany(['7,2001', '7,2002', '8,2001'].map((each) => ['team', ...each.split(',').map(Number)])),
    ).toEqual(new Map([[['team', 8, 2001], 'team 8 of 2001']]))
  })

  test('has the ttl of the definition, a set one too, unless its loader says otherwise', async () => {
    const { query } = teamQuery()
    await query.get({ id: 1, year: 2001 })
    await query.set({ id: 2, year: 2001 }, 'by hand')
    await query.get({ id: 3, year: 1999 })
    clock.advanceMs(10_000)
    const left = [1, 2, 3].map((id) => query.peek({ id, year: id === 3 ? 1999 : 2001 }))
    expect(left).toEqual([undefined, undefined, 'team 3 of 1999'])
  })

  test('is a miss when its fingerprint, which follows from the arguments, has changed', async () => {
    const versions = new Map([
      ['a', 1],
      ['b', 1],
    ])
    const file = defineQuery(cache, {
      key: (path: string) => ['file', path],
      load: (path) => `${path} ${versions.get(path)}`,
      fingerprint: (path) => `v${versions.get(path)}`,
    })
    await file.getMany(['a', 'b'])
    versions.set('a', 2).set('b', 1)
    expect(await file.getMany(['a', 'b'])).toEqual(['a 2', 'b 1'])
  })

  test('is what the schema makes of it, and is not peeked at past the schema', async () => {
    const trimmed: Schema<string> = { '~standard': { validate: (value) => ({ value: String(value).trim() }) } }
    const text = defineQuery(cache, { key: (name: string) => name, load: (name) => ` ${name} `, schema: trimmed })
    expect([await text.get('a'), await text.get('a'), text.peek('a')]).toEqual(['a', 'a', undefined])
  })

  test("a caller's signal ends its own wait", async () => {
    const { loader, runs } = heldLoader()
    const held = defineQuery(cache, { key: () => 'held', load: (_, context: LoadContext) => loader(context) })
    const controller = new AbortController()
    const { signal } = controller
    const leaving = [held.get(undefined, { signal }), held.lookup(undefined, { signal })]
    const stayed = held.get()
    await turn()
    const reason = new Error('left')
    controller.abort(reason)
    runs[0]?.settle('value')
    expect(await Promise.allSettled(leaving)).toEqual(leaving.map(() => ({ status: 'rejected', reason })))
    expect(await stayed).toBe('value')
  })
})

describe('many values', () => {
  const asked: (readonly Team[])[] = []
  const bulk = () =>
    defineQuery(cache, {
      key: ({ id, year }: Team) => ['team', id, year],
      load: ({ id }) => `one ${id}`,
      loadMany: async (missing) => {
        asked.push(missing)
        return new Map(missing.filter(({ id }) => id < 9).map(({ id, year }) => [{ year, id }, `many ${id}`]))
      },
      tags: ['teams'],
    })

  beforeEach(() => {
    asked.length = 0
  })

  test('are loaded by one call for what is missing, in the order asked for, absent ones undefined', async () => {
    const query = bulk()
    const team = (id: number) => ({ id, year: 2001 })
    await query.set(team(2), 'set')
    expect(await query.getMany([team(1), team(2), team(9), team(3), team(1)])).toEqual([
      'many 1',
      'set',
      undefined,
      'many 3',
      'many 1',
    ])
    expect(asked.map((missing) => missing.map(({ id }) => id))).toEqual([[9, 3, 1]])
    expect(await query.get(team(3))).toBe('many 3')
    await cache.invalidate({ tags: ['teams'] })
    expect(query.peek(team(3))).toBeUndefined()
    expect([await query.getMany([]), asked.length]).toEqual([[], 1])
  })

  test('a bulk loader that gives no map is told so', async () => {
    const query = defineQuery(cache, { key: (id: string) => id, load: (id) => id, loadMany: (() => ['a']) as never })
    await expect(query.getMany(['a'])).rejects.toThrow(/^loadMany: an array is not allowed; allowed: a Map from/)
  })

  test('become tasks that a warmer carries out as a get would', async () => {
    const { query, asked: loaded } = teamQuery()
    const teams = [
      { id: 1, year: 2001 },
      { id: 2, year: 2001 },
    ]
    const tasks = query.warmTasks(new Set(teams), ({ id }) => `team ${id}`)
    expect(tasks.map(({ name }) => name)).toEqual(['team 1', 'team 2'])
    await createWarmer(cache, { tasks, clock }).run()
    expect(await query.getMany(teams)).toEqual(['team 1 of 2001', 'team 2 of 2001'])
    expect(loaded).toEqual(teams)
    await cache.invalidate({ tags: ['team:1'] })
    expect(teams.map(query.peek)).toEqual([undefined, 'team 2 of 2001'])
  })
})

test.each<[string, unknown, RegExp]>([
  ['nothing', undefined, /^defineQuery: undefined is not a definition/],
  ['no key', { load: () => 1 }, /^defineQuery: key: undefined is not allowed; allowed: a function/],
  ['no loader', { key: () => 'k' }, /^defineQuery: load: undefined is not allowed/],
  ['a misspelt loader', { key: () => 'k', laod: () => 1 }, /^defineQuery: unknown option 'laod'; allowed: key, load,/],
  ['a list as bulk loader', { key: () => 'k', load: () => 1, loadMany: [] }, /^defineQuery: loadMany: an array/],
  ['an unknown option', { key: () => 'k', load: () => 1, tll: '5m' }, /unknown option 'tll'/],
  ['a wrong ttl', { key: () => 'k', load: () => 1, ttl: 0, tags: () => [] }, /^ttl: 0 is not a ttl/],
  [
    'a bulk loader with tags by arguments',
    { key: () => 'k', load: () => 1, loadMany: () => new Map(), tags: (id: number) => [`${id}`] },
    /^defineQuery: tags: a function of the arguments is not allowed beside loadMany/,
  ],
])('a definition with %s is refused at once', (_, definition, message) => {
  expect(() => defineQuery(cache, definition as never)).toThrow(ConfigError)
  expect(() => defineQuery(cache, definition as never)).toThrow(message)
})
