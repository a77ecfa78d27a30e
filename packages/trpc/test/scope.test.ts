/** Scope is not optional: without it, or with one that names nobody, the code refuses as the types do. */
import { createTrpcCache } from '@stowage/trpc'
import { expect, test } from 'vitest'
import { newCache, t } from './service.ts'

test('a query without a scope, and options that are none, are refused when they are given', () => {
  const { cached } = newCache()
  const query = (options: unknown) => () => cached.query(options as never)
  expect(query({})).toThrow("query: scope: undefined is not allowed; allowed: 'public' for an answer that is the same")
  expect(query({ scope: 'private' })).toThrow("query: scope: 'private' is not allowed")
  expect(query({ scope: undefined, ttl: '1m' })).toThrow('query: scope: undefined is not allowed')
  expect(query(undefined)).toThrow('query: undefined is not an options object')
  expect(query({ scope: 'public', grace: '1h' })).toThrow("query: unknown option 'grace'")
  expect(query({ scope: 'public', ttl: 0 })).toThrow('ttl: 0')
  expect(query({ scope: 'public', tags: 'posts' })).toThrow("tags: 'posts' is not a list")
  expect(query({ scope: 'public', schema: {} })).toThrow('schema: an object is not a schema')
  expect(query({ scope: 'public', key: 'id' })).toThrow(
    "query: key: 'id' is not allowed; allowed: a function of the call",
  )
  expect(query({ scope: 'public', reads: 'db' })).toThrow("query: reads: 'db' is not allowed")
  expect(query({ scope: () => 1, reads: ['db'] })).toThrow('query: reads: not allowed beside a scope of a function')
  expect(() => createTrpcCache({ cache: {} as never })).toThrow('createTrpcCache: cache: an object is not a cache')
})

test.each([undefined, '', Number.NaN, {}, [], ['a', undefined], Promise.resolve('alice')])(
  'a scope that gives %j runs nothing',
  async (name) => {
    const { cached } = newCache()
    let runs = 0
    const router = t.router({
      mine: t.procedure.use(cached.query({ scope: () => name as never })).query(() => ++runs),
    })
    await expect(router.createCaller({ user: null, requestId: 0 }).mine()).rejects.toThrow('scope: the function gave')
    expect(runs).toBe(0)
  },
)
