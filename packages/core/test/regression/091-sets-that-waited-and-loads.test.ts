// A set that waited until an invalidation that had failed was tried again gave way to a load of its key that had begun before it; and came behind a newer set, where that was called right when the waiting was over.
import type { Cache } from '@stowage/core'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'
import { lateRetry } from '../late-retry.ts'

let cache: Cache
let comeThrough: () => void

beforeEach(async () => {
  ;({ cache, comeThrough } = await lateRetry({ tags: ['t'] }, 'values'))
})

test('what is set while a load runs is there after it', async () => {
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader)
  await turn()
  const setting = cache.set('key', 'set', { tags: ['t'] })
  runs[0]?.settle('loaded before')
  expect(await loading).toBe('loaded before')
  comeThrough()
  expect(await setting).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('set')
})

test.each(Array.from({ length: 20 }, (_, at) => at))('a set called %d microtasks later stays', async (microtasks) => {
  const setting = cache.set('key', 'older', { tags: ['t'] })
  await turn()
  comeThrough()
  for (let at = 0; at < microtasks; at++) await Promise.resolve()
  await cache.set('key', 'newer')
  await setting
  expect(await cache.get('key')).toBe('newer')
})
