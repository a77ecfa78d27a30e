// cacheable 2.5: getOrSet answered undefined where its loader had thrown, and with cacheErrors the Error came back as the
// value. async-cache-dedupe 3.4: a failed call removed what was stored. unstorage 1.17: an error of the disk was the value.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'

test.each<unknown>([new TypeError('down'), 'a text', 0, null, undefined])(
  '%s reaches the caller as thrown, and no cache',
  async (thrown) => {
    const { cache } = faultyCache()
    const fail = async () => {
      throw thrown
    }
    const caught = { of: (error: unknown) => ({ error }) }
    expect(await cache.getOrSet('key', fail).catch(caught.of)).toEqual({ error: thrown })
    expect(await cache.getOrSetMany(['key'], fail).catch(caught.of)).toEqual({ error: thrown })
    expect(
      await cache
        .wrap(fail, { key: () => 'key' })()
        .catch(caught.of),
    ).toEqual({ error: thrown })
    expect(await cache.get('key')).toBeUndefined()
  },
)

test('a failed load leaves what is stored', async () => {
  const { cache } = faultyCache()
  await cache.set('key', 'stored')
  await expect(cache.getOrSet('key', () => Promise.reject(new Error('down')), { fresh: true })).rejects.toThrow('down')
  expect(await cache.get('key')).toBe('stored')
})

test('an error of the backend is nobody’s value', async () => {
  const { backend, cache } = faultyCache()
  backend.inject('get', { kind: 'reject', error: new Error('ENOTDIR') })
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
})
