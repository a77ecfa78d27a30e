// cachified 5.6: where reading failed it deleted the key, unguarded: with the store down every call failed.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'

test('damage that cannot be taken out is a miss, and counts as taken out only when it is', async () => {
  const { backend, cache } = faultyCache()
  backend.inject('set', { kind: 'torn' })
  await cache.set('key', 'value')
  for (const operation of ['set', 'discard', 'delete'] as const) {
    backend.inject(operation, { kind: 'throw', error: new Error('read-only') })
  }
  expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
  expect(cache.stats()).toMatchObject({ misses: { undecodable: 1 }, removed: { undecodable: 0 } })
  backend.heal()
  expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
  expect(cache.stats().removed.undecodable).toBe(1)
})
