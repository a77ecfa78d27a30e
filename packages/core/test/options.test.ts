/** What calls may say besides: fingerprints that must be asked for, limits of entries, options that memory's answer needs not. */
import { type Cache, ConfigError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { turn } from './held-loader.ts'

let cache: Cache

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1m', clock: createFakeClock() })
})

describe('a fingerprint that takes time', () => {
  let size: number
  const fingerprint = async () => {
    await turn()
    return `${size}`
  }

  beforeEach(() => {
    size = 1
  })

  test('is waited for by loads: the value is loaded again when it has changed', async () => {
    const load = () => cache.getOrSet('file', () => size, { fingerprint })
    expect(await load()).toBe(1)
    expect(await load()).toBe(1)
    size = 2
    expect(await load()).toBe(2)
    expect(cache.stats()).toMatchObject({ loads: 2, misses: { changed: 1 } })
  })

  test('is waited for by every kind of write', async () => {
    await cache.set('set', 1, { fingerprint })
    await cache.setMany([['setMany', 1, { fingerprint }]])
    await cache.add('add', 1, { fingerprint })
    await cache.update('update', () => 1, { fingerprint })
    for (const key of ['set', 'setMany', 'add', 'update']) {
      expect(await cache.lookupOrSet(key, () => 2, { fingerprint: '1' })).toMatchObject({ outcome: 'hit', value: 1 })
      expect(await cache.lookupOrSet(key, () => 2, { fingerprint: '2' })).toMatchObject({ outcome: 'loaded' })
    }
  })

  test('that fails fails the call, untouched, and stores nothing', async () => {
    const error = new Error('no such file')
    const failing = { fingerprint: () => Promise.reject(error) }
    await expect(cache.set('key', 1, failing)).rejects.toBe(error)
    await expect(cache.getOrSet('key', () => 1, failing)).rejects.toBe(error)
    await expect(
      cache.setMany([
        ['other', 1],
        ['key', 1, failing],
      ]),
    ).rejects.toBe(error)
    expect([await cache.has('key'), await cache.has('other')]).toEqual([false, false])
  })
})

describe('maxEntryBytes', () => {
  test('refuses what is larger, and the older value is not served in its place', async () => {
    const backend = new ReferenceBackend({ holds: 'bytes' })
    const small = createCache({ backend, ttl: '1m', maxEntryBytes: '1KB', clock: createFakeClock() })
    expect(await small.set('key', 'fits')).toEqual({ outcome: 'stored' })
    expect(await small.set('key', 'x'.repeat(2_000))).toEqual({ outcome: 'refused', reason: 'too-large' })
    expect(await small.get('key')).toBeUndefined()
    expect(await small.getOrSet('key', () => 'y'.repeat(2_000))).toHaveLength(2_000)
    expect(small.stats()).toMatchObject({ refused: { 'too-large': 2 }, writes: 1 })
  })

  test('is a size', () => {
    const backend = new ReferenceBackend()
    expect(() => createCache({ backend, ttl: '1m', maxEntryBytes: '1 KB' })).toThrow(
      /^maxEntryBytes: '1 KB' is not a size/,
    )
  })
})

test('a call that memory answers at once does not look at its options; one that loads checks them first', async () => {
  const bad = { ttl: -1 }
  await cache.set('key', 1)
  expect(await cache.getOrSet('key', () => 2, bad)).toBe(1)
  await expect(cache.getOrSet('other', () => 2, bad)).rejects.toThrow(ConfigError)
})

describe('check', () => {
  test('counts what is sound, and takes out what is torn only when told to', async () => {
    const clock = createFakeClock()
    const backend = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
    const checked = createCache({ backend, ttl: '1m', clock })
    await checked.set('sound', 1)
    backend.inject('set', { kind: 'torn' })
    await checked.set('torn', 'a text that loses its end')
    const none = { wrong: 0, orphans: 0, repaired: 0 }
    expect(await checked.check()).toMatchObject({ ...none, entries: 1, torn: 1 })
    expect(await checked.check({ repair: true })).toMatchObject({ ...none, entries: 1, torn: 1, repaired: 1 })
    expect(await checked.check()).toMatchObject({ ...none, entries: 1, torn: 0 })
  })

  test('refuses options it does not know', async () => {
    // @ts-expect-error not an option
    await expect(cache.check({ fix: true })).rejects.toThrow(/^check: unknown option 'fix'/)
  })
})

describe('tags of the cache', () => {
  beforeEach(() => {
    cache = createCache({ backend: new ReferenceBackend(), ttl: '1m', clock: createFakeClock(), tags: ['all', 'all'] })
  })

  test('are on every entry, whichever way it came, besides its own', async () => {
    await cache.set('set', 1)
    await cache.set('own', 1, { tags: ['own', 'all'] })
    await cache.setMany([['setMany', 1, '1h']])
    await cache.add('add', 1)
    await cache.update('update', () => 1)
    await cache.increment('increment')
    await cache.getOrSet('load', () => 1)
    await cache.getOrSet('told', (context) => {
      context.set({ tags: ['told'] })
      return 1
    })
    const keys = ['set', 'setMany', 'add', 'update', 'increment', 'load']
    for (const key of keys) expect(await cache.lookup(key)).toMatchObject({ tags: ['all'] })
    expect(await cache.lookup('own')).toMatchObject({ tags: ['all', 'own'] })
    expect(await cache.lookup('told')).toMatchObject({ tags: ['all', 'told'] })
    await cache.invalidate({ tags: ['all'] })
    expect(await cache.getMany([...keys, 'own', 'told'])).toEqual(new Map())
  })

  test('are in a namespace that namespace’s own', async () => {
    const within = cache.namespace('within')
    await within.set('key', 1)
    await cache.invalidate({ tags: ['all'] })
    expect(await within.lookup('key')).toMatchObject({ value: 1, tags: ['all'] })
    await within.invalidate({ tags: ['all'] })
    expect(await within.get('key')).toBeUndefined()
  })

  test.each([['a'], [['']], [[1]], [['a'.repeat(2_000)]], [Array.from({ length: 65 }, (_, n) => `${n}`)]])(
    'are refused as %j',
    (tags: unknown) => {
      const options: object = { backend: new ReferenceBackend(), ttl: '1m', tags }
      expect(() => {
        Reflect.apply(createCache, undefined, [options])
      }).toThrow(ConfigError)
    },
  )
})
