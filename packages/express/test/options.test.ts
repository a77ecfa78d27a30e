import { createCache } from '@stowage/core'
import { httpCache, purgeRouter } from '@stowage/express'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { counting, servedApp } from './served-app.ts'

test.each([
  ['ttl', 0],
  ['ttl', '5 minutes'],
  ['name', 'two words'],
  ['tags', 'a'],
  ['key', 'a'],
  ['vary', ['a b']],
  ['ignoreQuery', ['a=b']],
  ['credentials', 'none'],
  ['requestDirectives', 'no'],
  ['maxBodyBytes', -1],
  ['maxVariants', 0],
  ['cacheStatus', 'yes'],
  ['heuristic', 1],
  ['ttll', 1],
])('%s: %j is refused, by name', async (option, value) => {
  await using cache = createCache({ backend: memoryBackend({ maxEntries: 1 }), ttl: '1m' })
  expect(() => httpCache({ cache, [option]: value })).toThrow(option)
})

test('a cache is required, and a purge needs authorisation', async () => {
  await using cache = createCache({ backend: memoryBackend({ maxEntries: 1 }), ttl: '1m' })
  // @ts-expect-error: what JavaScript lets through.
  expect(() => httpCache({})).toThrow('cache')
  // @ts-expect-error: the same.
  expect(() => purgeRouter({ cache })).toThrow('authorize')
})

test('W13: Cache-Status says what was done, with the key where that is asked for, and nothing where it is not wanted', async () => {
  const said = async (cacheStatus: boolean | 'key'): Promise<unknown> => {
    const { ask } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }), { options: { cacheStatus } })
    await ask('/a')
    return (await ask('/a')).headers['cache-status']
  }
  expect(await said(true)).toBe('Stowage; hit; ttl=60')
  expect(await said('key')).toMatch(/^Stowage; hit; ttl=60; key=".*\/a/)
  expect(await said(false)).toBeUndefined()
})

test('key, vary, bypass, etag and name do as they say', async () => {
  const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }), {
    options: {
      key: (req) => req.path,
      vary: ['X-Kind'],
      bypass: (req) => req.path === '/past',
      etag: true,
      name: 'front',
      cacheStatus: 'key',
    },
  })
  expect((await ask('/a?1')).headers.vary).toBe('x-kind')
  const second = await ask('/a?2')
  expect(second.body).toBe('run 1')
  expect(second.headers['cache-status']).toMatch(/^front; hit; ttl=60; key=".*\/a.*"$/)
  expect(second.headers.etag).toMatch(/^(W\/)?"/)
  await ask('/a', { headers: { 'x-kind': '1' } })
  expect(runs()).toBe(2)
  await ask('/past')
  expect((await ask('/past')).headers['cache-status']).toBe('front; fwd=bypass')
  expect(runs()).toBe(4)
})

test('requests cannot reach the handler at will where their directives are ignored', async () => {
  const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }), {
    options: { requestDirectives: 'ignore' },
  })
  for (const said of ['max-age=0', 'no-cache', 'no-store']) await ask('/a', { headers: { 'cache-control': said } })
  expect(runs()).toBe(1)
})

test.each([{}, { Vary: 'X-Kind' }])('an entry that is expired by a call is asked about: %j', async (more) => {
  const { ask, cache, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'a', ...more }))
  await ask('/a')
  await cache.expire({ tags: ['a'] })
  expect((await ask('/a')).headers['cache-status']).toMatch(/fwd=stale/)
  expect(runs()).toBe(2)
})
