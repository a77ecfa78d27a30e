/** Options of `.query()` that an object inherits, from a class or by Object.create, were lost: no tags, and the cache's own ttl. */
import { expect, test } from 'vitest'
import { newCache, t } from '../service.ts'

test('inherited options count, as values and by call', async () => {
  const { cache, cached } = newCache()
  const options = { scope: 'public' } as const
  Reflect.setPrototypeOf(options, { ttl: '1s', tags: () => ['reports'], key: () => 'all' })
  const router = t.router({ list: t.procedure.use(cached.query(options)).query(() => 1) })
  await router.createCaller({ user: null, requestId: 1 }).list()
  const [entry] = await Array.fromAsync(cache.entries())
  expect(entry?.tags).toContain('reports')
  expect(entry?.key).toEqual(expect.arrayContaining(['all']))
  const found = await cache.lookup(entry?.key ?? '')
  expect(found.outcome === 'hit' && found.ttlLeftMs <= 1_000).toBe(true)
})
