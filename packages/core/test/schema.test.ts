/** Schemas: what is stored or loaded must fit, and the caller gets what the schema makes of it. */
import { type Cache, ConfigError, createCache, UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import * as v from 'valibot'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

const User = z.object({ name: z.string(), born: z.number() })

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1m', clock })
})

describe.each([
  ['zod', z.object({ name: z.string() })],
  ['valibot', v.object({ name: v.string() })],
])('with %s', (_, schema) => {
  test('a stored value that fits is served, one that does not is a miss: changed', async () => {
    await cache.set('fits', { name: 'Ada' })
    await cache.set('does not', { title: 'Ada' })
    expect(await cache.get('fits', { schema })).toEqual({ name: 'Ada' })
    expect(await cache.get('does not', { schema })).toBeUndefined()
    expect(cache.stats()).toMatchObject({ hits: 1, misses: { changed: 1 } })
    expect(await cache.get('does not')).toEqual({ title: 'Ada' })
  })

  test('getOrSet replaces what does not fit', async () => {
    await cache.set('key', { title: 'Ada' })
    expect(await cache.getOrSet('key', () => ({ name: 'Grace' }), { schema })).toEqual({ name: 'Grace' })
    expect(await cache.get('key')).toEqual({ name: 'Grace' })
  })
})

test('a loaded value that does not fit is an error that says where, and is not stored', async () => {
  const load = () => ({ name: 7, born: 'long ago' })
  const call = cache.getOrSet('user', load, { schema: User })
  await expect(call).rejects.toThrow(UsageError)
  await expect(call).rejects.toThrow(/^schema: what was loaded for 'user' does not fit: name: .+; born: .+$/)
  expect(await cache.has('user')).toBe(false)
  expect(cache.stats()).toMatchObject({ loadFailures: 1, loads: 0 })
})

test('a schema that transforms is applied once, to loaded and to stored values alike', async () => {
  const schema = z.string().transform((text) => text.length)
  expect(await cache.getOrSet('key', () => 'four', { schema })).toBe(4)
  expect(await cache.getOrSet('key', () => 'not loaded again', { schema })).toBe(4)
  expect(await cache.get('key')).toBe('four')
})

test('callers that share a load each get what their own schema makes of it, or its error', async () => {
  const load = () => turn().then(() => '12')
  const [text, number, wrong] = await Promise.allSettled([
    cache.getOrSet('key', load),
    cache.getOrSet('key', load, { schema: z.coerce.number() }),
    cache.getOrSet('key', load, { schema: z.boolean() }),
  ])
  expect(text).toMatchObject({ value: '12' })
  expect(number).toMatchObject({ value: 12 })
  expect(wrong.status === 'rejected' && wrong.reason instanceof UsageError).toBe(true)
  expect(cache.stats().loads).toBe(1)
})

test('a stale value that no longer fits stands in for nothing', async () => {
  const options = { staleIfError: '1h', schema: User } as const
  await cache.set('key', { title: 'old shape' }, { staleIfError: '1h' })
  clock.advanceMs(60_000)
  await expect(cache.getOrSet('key', () => Promise.reject(new Error('source is down')), options)).rejects.toThrow(
    'down',
  )
})

test('asynchronous schemas are waited for, also over a hit that memory has at hand', async () => {
  const schema = z.string().refine(async (text) => {
    await turn()
    return text !== 'bad'
  })
  await cache.set('key', 'bad')
  expect(await cache.getOrSet('key', () => 'good', { schema })).toBe('good')
})

test('nothing found is not held against a schema', async () => {
  expect(await cache.getOrSet('key', () => undefined, { schema: User, negativeTtl: '1s' })).toBeUndefined()
})

test('something that cannot validate is refused, by name', async () => {
  const schema = { type: 'object' }
  // @ts-expect-error JSON Schema is not Standard Schema
  await expect(cache.get('key', { schema })).rejects.toThrow(ConfigError)
  // @ts-expect-error nor here
  await expect(cache.getOrSet('key', () => 1, { schema })).rejects.toThrow(/^schema: an object is not a schema/)
})
