// A Date in place of a ttl, an empty array and a Map passed as options that say nothing: the default ttl was taken.
import { ConfigError, createCache, type EntryOptions } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

function heirOf(parent: object | null): EntryOptions {
  const heir = {}
  Reflect.setPrototypeOf(heir, parent)
  return heir
}

const newCache = () => createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })

test.each<[string, object]>([
  ['an instance of Array', []],
  ['an instance of Array', ['1m']],
  ['an instance of Date', new Date(0)],
  ['an instance of Map', new Map([['ttl', '1m']])],
  ['an instance of AbortSignal', new AbortController().signal],
])('%s is not an options object', async (what, given) => {
  const cache = newCache()
  const options: EntryOptions = given
  const refused = new ConfigError(`options: ${what} is not an options object`)
  await expect(cache.set('key', 1, options)).rejects.toThrow(refused)
  await expect(cache.getOrSet('key', () => 1, options)).rejects.toThrow(refused)
  expect(await cache.has('key')).toBe(false)
})

test('options that were not awaited are refused as such', () => {
  const options = Promise.resolve({ backend: new ReferenceBackend(), ttl: '1h' })
  expect(() => createCache(options as never)).toThrow('createCache: an instance of Promise is not an options object')
})

test('an object of a class, an heir of nothing and one of a built-in class that has options are', async () => {
  class Settings {
    get ttl(): '1m' {
      return '1m'
    }
  }
  const cache = newCache()
  for (const options of [new Settings(), Object.assign(new Map(), { ttl: '1m' as const })]) {
    await cache.set('key', 1, options)
    expect(await cache.lookup('key')).toMatchObject({ ttlLeftMs: 60_000 })
  }
  for (const parent of [null, {}, heirOf(null)]) {
    expect(await cache.set('key', 1, heirOf(parent))).toEqual({ outcome: 'stored' })
  }
})
