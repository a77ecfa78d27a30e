// A hole in a list was passed over by the checks: an invalidation by such tags did nothing, a set stored what no lookup could read, others failed by a TypeError.
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'

let cache: Cache

beforeEach(async () => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  await cache.set('key', 'held', { tags: ['a'] })
})

/** Its first element is not there, its second is `text`. */
function holed(text: string): string[] {
  const list = new Array<string>(1)
  list.push(text)
  return list
}

test.each<[string, () => Promise<unknown>]>([
  ['set', () => cache.set('key', 1, { tags: holed('a') })],
  ['getOrSet', () => cache.getOrSet('other', () => 1, { tags: holed('a') })],
  [
    'context.set',
    () =>
      cache.getOrSet('other', (context) => {
        context.set({ tags: holed('a') })
        return 1
      }),
  ],
  ['invalidate', () => cache.invalidate({ tags: holed('a') })],
  ['expire', () => cache.expire({ tags: holed('a') })],
  ['storageTags', async () => cache.storageTags(holed('a'))],
  ['deleteMany', () => cache.deleteMany(holed('key'))],
  ['getMany', () => cache.getMany(holed('key'))],
  ['getOrSetMany', () => cache.getOrSetMany(holed('key'), () => new Map())],
])('%s refuses it, and nothing is done', async (_, call) => {
  await expect(call()).rejects.toThrow(UsageError)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'hit', value: 'held', tags: ['a'] })
  expect(await cache.get('other')).toBeUndefined()
})
