/** The front over the reference backend, on a fake clock: every call, both sides of every instant. */
import { type Cache, ConfigError, createCache, StowageError, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'

describe.each(['values', 'bytes'] as const)('holding %s', (holds) => {
  let clock: FakeClock
  let cache: Cache

  beforeEach(() => {
    clock = createFakeClock()
    cache = createCache({ backend: new ReferenceBackend({ holds }), ttl: '1s', clock })
  })

  test('a value is a hit until its ttl, then absent or expired', async () => {
    expect(await cache.set('key', { n: 1 })).toEqual({ outcome: 'stored' })
    clock.advanceMs(999)
    expect(await cache.lookup('key')).toEqual({
      outcome: 'hit',
      value: { n: 1 },
      tier: 'reference',
      ageMs: 999,
      ttlLeftMs: 1,
      tags: [],
    })
    clock.advanceMs(1)
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'expired' })
    expect(await cache.get('key')).toBeUndefined()
    expect(await cache.has('key')).toBe(false)
  })

  test('a stale value is served until its window ends, and says so', async () => {
    await cache.set('key', 1, { ttl: '1s', staleWhileRevalidate: '2s' })
    clock.advanceMs(1_000)
    expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', ageMs: 1_000, ttlLeftMs: 0 })
    expect(await cache.get('key')).toBe(1)
    clock.advanceMs(2_000)
    expect(await cache.get('key')).toBeUndefined()
  })

  test.each([null, 0, '', false, Number.NaN])('%s is a value like any other', async (value) => {
    await cache.set('key', value)
    expect(await cache.get('key')).toEqual(value)
    expect(await cache.has('key')).toBe(true)
    expect(await cache.getOrSet('key', () => 'loaded')).toEqual(value)
  })

  test('deletion says whether something was there', async () => {
    await cache.set('key', 1)
    expect([await cache.delete('key'), await cache.delete('key')]).toEqual([true, false])
    expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'absent' })
  })

  test('invalidation by tag, prefix, pattern and of all', async () => {
    const names = ['a:1', 'a:2', 'b:1', 'c']
    const fill = async () => {
      for (const name of names) await cache.set(name, name, { tags: [`first-${name[0]}`] })
      await cache.set(['a', 1], 'parts')
    }
    const left = async () => {
      const found: string[] = []
      for (const name of names) if (await cache.has(name)) found.push(name)
      return [...found, ...((await cache.has(['a', 1])) ? ['parts'] : [])]
    }
    await fill()
    await cache.invalidate({ tags: ['first-a', 'first-c'] })
    expect(await left()).toEqual(['b:1', 'parts'])
    expect(await cache.lookup('a:1')).toEqual({ outcome: 'miss', reason: 'invalidated' })
    await fill()
    await cache.invalidate({ prefix: 'a:' })
    expect(await left()).toEqual(['b:1', 'c', 'parts'])
    await cache.invalidate({ prefix: ['a'] })
    expect(await left()).toEqual(['b:1', 'c'])
    await fill()
    await cache.invalidate({ pattern: '?:1' })
    expect(await left()).toEqual(['a:2', 'c', 'parts'])
    await cache.invalidate({ all: true })
    expect(await left()).toEqual([])
  })

  test('namespaces nest, and clearing one touches no other', async () => {
    const [app, panel, other] = [
      cache.namespace('app'),
      cache.namespace('app').namespace('panel'),
      cache.namespace('app2'),
    ]
    const all = [cache, app, panel, other]
    for (const [at, space] of all.entries()) await space.set('key', at, { tags: ['t'] })
    const seen = () => Promise.all(all.map((space) => space.get('key')))
    expect(await seen()).toEqual([0, 1, 2, 3])
    await app.invalidate({ tags: ['t'] })
    expect(await seen()).toEqual([0, undefined, 2, 3])
    await app.set('key', 1)
    await app.invalidate({ prefix: 'k' })
    expect(await seen()).toEqual([0, undefined, 2, 3])
    await app.set('key', 1)
    await app.invalidate({ all: true })
    expect(await seen()).toEqual([0, undefined, undefined, 3])
    expect((await other.lookup('key')) as { tags?: unknown }).toMatchObject({ tags: ['t'] })
    await cache.invalidate({ all: true })
    expect(await seen()).toEqual([undefined, undefined, undefined, undefined])
  })

  test('listings show the keys as they were given', async () => {
    const space = cache.namespace('n')
    await space.set('text', 1, { tags: ['t'] })
    await space.set(['parts', { n: 1 }], 2)
    await cache.set('elsewhere', 3)
    const keys = await Array.fromAsync(space.keys())
    expect(keys).toEqual(expect.arrayContaining(['text', ['parts', { n: 1 }]]))
    expect(keys).toHaveLength(2)
    expect(await Array.fromAsync(space.keys({ tag: 't' }))).toEqual(['text'])
    expect(await Array.fromAsync(space.keys({ prefix: ['parts'] }))).toEqual([['parts', { n: 1 }]])
    expect(await Array.fromAsync(space.keys({ limit: 1 }))).toHaveLength(1)
    expect(await Array.fromAsync(cache.keys())).toEqual(['elsewhere'])
  })

  test('another data version or fingerprint is a miss that says so', async () => {
    const backend = new ReferenceBackend({ holds })
    const [one, two] = ['v1', 'v2'].map((version) => createCache({ backend, ttl: '1h', version, clock }))
    await one?.set('key', 1)
    expect(await two?.lookup('key')).toEqual({ outcome: 'miss', reason: 'changed' })
    expect(await one?.get('key')).toBe(1)
    let size = 10
    const load = () => cache.lookupOrSet('file', () => size, { fingerprint: () => `${size}` })
    expect([(await load()).outcome, (await load()).outcome]).toEqual(['loaded', 'hit'])
    size = 11
    expect(await load()).toMatchObject({ outcome: 'loaded', value: 11 })
    expect(cache.stats().misses.changed).toBe(1)
  })

  test('jitter only ever shortens, by its share at most', async () => {
    for (let at = 0; at < 200; at++) await cache.set(`k${at}`, 1, { ttl: 1_000, jitter: 0.2 })
    const lives = (await Array.fromAsync(cache.entries())).map((entry) => entry.staleAtMs - entry.storedAtMs)
    expect(Math.max(...lives)).toBeLessThanOrEqual(1_000)
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(800)
    expect(new Set(lives).size).toBeGreaterThan(20)
  })

  test('every lookup is counted once, as exactly one outcome', async () => {
    await cache.set('fresh', 1)
    await cache.set('stale', 1, { ttl: 1, staleWhileRevalidate: '1h' })
    await cache.set('tagged', 1, { tags: ['t'] })
    await cache.invalidate({ tags: ['t'] })
    clock.advanceMs(1)
    await Promise.all([
      cache.get('fresh'),
      cache.lookup('fresh'),
      cache.has('stale'),
      cache.get('tagged'),
      cache.get('no'),
    ])
    cache.peek('fresh')
    cache.getSync('absent')
    const { lookups, hits, stale, hitRatio, misses } = cache.stats()
    expect({ lookups, hits, stale, hitRatio }).toEqual({ lookups: 5, hits: 2, stale: 1, hitRatio: 0.6 })
    expect(misses).toMatchObject({ invalidated: 1, absent: 1 })
  })

  test('after close every call is refused, loads going on are waited for, and no timer is left', async () => {
    let finish = (_: string) => {}
    const loading = cache.getOrSet('key', () => new Promise<string>((resolve) => (finish = resolve)))
    await Promise.resolve()
    const closing = cache.close()
    const late = cache.get('key')
    await expect(late).rejects.toThrow(UsageError)
    await new Promise(setImmediate)
    finish('value')
    expect(await loading).toBe('value')
    await closing
    await cache.close()
    expect(clock.timerCount).toBe(0)
    for (const act of [() => cache.set('k', 1), () => cache.delete('k'), () => cache.namespace('n').get('k')]) {
      await expect(act()).rejects.toThrow(/used after close/)
    }
  })

  test('a closed cache leaves the backend to the others on it; the last one closes it', async () => {
    const backend = new ReferenceBackend({ holds })
    const [one, two] = [createCache({ backend, ttl: 1_000, clock }), createCache({ backend, ttl: 1_000, clock })]
    await one.set('key', 1)
    await one.close()
    expect(await two.get('key')).toBe(1)
    await two.close()
    expect(() => backend.get('key', clock.nowMs())).toThrow(/closed/)
  })

  test('what is expired is reclaimed without being asked for', async () => {
    await cache.set('key', 1)
    clock.advanceMs(60_000)
    await new Promise(setImmediate)
    expect((await cache.usage()).entries).toBe(0)
    expect(cache.stats().removed.expired).toBe(1)
    expect(clock.timerCount).toBe(1)
  })
})

describe('bad input is refused before anything is stored, naming option, value and what is allowed', () => {
  const backend = new ReferenceBackend()
  const made = createCache({ backend, ttl: '1h', clock: createFakeClock() })
  const loose = (value: unknown) => value as never
  const cases: [string, () => unknown, typeof ConfigError | typeof UsageError, RegExp][] = [
    ['no ttl', () => createCache(loose({ backend })), ConfigError, /ttl: missing/],
    [
      'an unknown option',
      () => createCache(loose({ backend, ttl: 1, tttl: 2 })),
      ConfigError,
      /'tttl'; allowed: backend, ttl/,
    ],
    ['no backend', () => createCache(loose({ ttl: 1, backend: {} })), ConfigError, /backend: an object/],
    ['ttl 0', () => createCache({ backend, ttl: 0 }), ConfigError, /ttl: 0 is not a ttl/],
    ['a ttl in parsecs', () => made.set('k', 1, loose('5 parsecs')), ConfigError, /ttl: '5 parsecs'/],
    ['a negative ttl', () => made.getOrSet('k', () => 1, { ttl: -1 }), ConfigError, /ttl: -1/],
    ['jitter above 1', () => made.set('k', 1, { jitter: 2 }), ConfigError, /jitter: 2/],
    ['an unknown call option', () => made.set('k', 1, loose({ grace: 1 })), ConfigError, /'grace'; allowed: ttl, tags/],
    [
      'too many tags',
      () => made.set('k', 1, { tags: Array.from({ length: 65 }, (_, at) => `t${at}`) }),
      ConfigError,
      /65.*allowed: 64/,
    ],
    ['a tag that is no text', () => made.set('k', 1, { tags: [loose(7)] }), UsageError, /tags: 7/],
    ['undefined', () => made.set('k', undefined), UsageError, /undefined cannot be stored/],
    ['a key that is no key', () => made.get(loose(7)), UsageError, /key: 7 is not a key/],
    ['a lone surrogate', () => made.set('\ud800', 1), UsageError, /lone surrogate/],
    ['a loader that is none', () => made.getOrSet('k', loose(1)), UsageError, /1 is not a loader/],
    ['two targets at once', () => made.invalidate(loose({ prefix: 'a', all: true })), ConfigError, /one of \{ tags \}/],
    ['no tags to invalidate', () => made.invalidate({ tags: [] }), ConfigError, /names nothing/],
    ['a pattern of nothing', () => made.invalidate({ pattern: '' }), ConfigError, /pattern: '' is not a pattern/],
    ['a pattern that is no text', () => made.invalidate({ pattern: loose(7) }), ConfigError, /pattern: 7 is not/],
    ['a peek under no key', () => made.peek('\ud800'), UsageError, /lone surrogate/],
    ['a get at once under no key', () => made.getSync('\ud800'), UsageError, /lone surrogate/],
    ['a lone backslash', () => made.invalidate({ pattern: 'a\\' }), UsageError, /lone backslash/],
    ['an unknown mode', () => createCache({ backend, ttl: 1, mode: loose('of') }), ConfigError, /'of'.*'on', 'off'/],
  ]
  test.each(cases)('%s', async (_, act, ErrorClass, message) => {
    const thrown: unknown = await Promise.resolve()
      .then(act)
      .catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(ErrorClass)
    expect(thrown).toBeInstanceOf(StowageError)
    expect(thrown).toMatchObject({ message: expect.stringMatching(message) as string })
    expect(backend.usage().entryCount).toBe(0)
  })
})
