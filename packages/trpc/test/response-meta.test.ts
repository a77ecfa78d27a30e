/** T2: what HTTP caches may keep is what every call of a response allows, and nothing where one does not. */
import { responseMeta } from '@stowage/trpc'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newCache, serve, t } from './service.ts'

function pages() {
  const { cached } = newCache()
  const http = { maxAge: '60s', staleWhileRevalidate: '10m', vary: ['accept-language'] } as const
  return t.router({
    long: t.procedure.use(cached.query({ scope: 'public', http })).query(() => 'long'),
    short: t.procedure
      .use(
        cached.query({
          scope: 'public',
          http: { maxAge: '5s', sharedMaxAge: '1m', vary: ['Accept-Language', 'x-tenant'] },
        }),
      )
      .query(() => 'short'),
    silent: t.procedure.use(cached.query({ scope: 'public' })).query(() => 'silent'),
    own: t.procedure.use(cached.query({ scope: (ctx) => ctx.user })).query(() => 'own'),
    uncached: t.procedure.query(() => 'uncached'),
    unspeakable: t.procedure
      .use(cached.query({ scope: 'public', tags: ['a, b'], http: { maxAge: '5s', tags: 'told' } }))
      .query(() => 'unspeakable'),
    misfit: t.procedure
      .output(z.number().refine(() => false))
      .use(cached.query({ scope: 'public', http }))
      .query(() => 1),
    failing: t.procedure.use(cached.query({ scope: 'public', http })).query(() => {
      throw new TRPCError({ code: 'NOT_FOUND' })
    }),
    change: t.procedure.mutation(() => 'changed'),
  })
}

test('a response may be kept as long as all its calls may, when all may', async () => {
  await using service = await serve(pages(), { responseMeta })
  const headersOf = async (paths: string, headers: Record<string, string> = {}, method = 'GET') => {
    const batch = paths.includes(',') ? '?batch=1' : ''
    const answer = await fetch(`${service.url}/${paths}${batch}`, { method, headers })
    await answer.arrayBuffer()
    return [answer.headers.get('cache-control'), answer.headers.get('vary')]
  }
  const own = 'trpc-accept, accept'
  // Whether it was loaded or a hit.
  for (const _ of ['loaded', 'hit']) {
    const long = 'public, max-age=60, stale-while-revalidate=600'
    expect(await headersOf('long')).toEqual([long, `${own}, accept-language`])
  }
  const least = 'public, max-age=5, s-maxage=60, stale-while-revalidate=0'
  expect(await headersOf('long,short')).toEqual([least, `${own}, accept-language, x-tenant`])
  for (const other of ['silent', 'own', 'uncached', 'failing', 'missing', 'misfit', 'unspeakable']) {
    expect(await headersOf(other)).toEqual([null, own])
    expect(await headersOf(`long,${other}`)).toEqual([null, own])
  }
  expect(await headersOf('change', { 'content-type': 'application/json' }, 'POST')).toEqual([null, own])
  // A streamed response begins before its answers are known.
  expect(await headersOf('long,short', { 'trpc-accept': 'application/jsonl' })).toEqual([null, own])
})

test('what is no age or header is refused', () => {
  const { cached } = newCache()
  const query = (http: unknown) => () => cached.query({ scope: 'public', http: http as { maxAge: '1s' } })
  expect(query({})).toThrow('query: http: max-age: undefined')
  expect(query({ maxAge: '1s', vary: ['a b'] })).toThrow('query: http: vary: an array is not allowed')
  expect(query({ maxAge: '1s', private: true })).toThrow("query: http: unknown option 'private'")
  expect(() => cached.query({ scope: () => 1, http: { maxAge: '1s' } } as never)).toThrow(
    "query: http: not allowed beside a scope of a function; allowed: with scope 'public'",
  )
})
