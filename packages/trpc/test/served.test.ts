/** How each answer was come by, told for headers and logs; and that what is kept is the resolver's own answer. */
import { ConfigError, createWarmer } from '@stowage/core'
import type { ServedFacts } from '@stowage/trpc'
import { TRPCError } from '@trpc/server'
import { expect, test, vi } from 'vitest'
import { z } from 'zod'
import { newCache, t } from './service.ts'

test('onServed tells of every answer how it was come by, with its call, and of no failure', async () => {
  const { cached, clock } = newCache()
  const told: { readonly user: string | null; readonly id: number; readonly served: ServedFacts }[] = []
  const router = t.router({
    post: t.procedure
      .input(z.object({ id: z.number() }))
      .use(
        cached.query({
          scope: 'public',
          ttl: '10s',
          staleWhileRevalidate: '1h',
          onServed: ({ ctx, input }, served) => told.push({ user: ctx.user, id: input.id, served }),
        }),
      )
      .query(({ input }) => {
        if (input.id === 0) throw new TRPCError({ code: 'BAD_REQUEST' })
        return input.id
      }),
  })
  const caller = router.createCaller({ user: 'alice', requestId: 0 })
  await Promise.all([caller.post({ id: 1 }), caller.post({ id: 1 })])
  clock.advanceMs(4_000)
  await caller.post({ id: 1 })
  clock.advanceMs(6_000)
  await caller.post({ id: 1 })
  await expect(caller.post({ id: 0 })).rejects.toThrow(TRPCError)
  expect(
    told
      .map(({ served }) => served.outcome)
      .slice(0, 2)
      .sort(),
  ).toEqual(['joined', 'loaded'])
  expect(told.slice(2)).toEqual([
    {
      user: 'alice',
      id: 1,
      served: { outcome: 'hit', tier: 'memory', ageMs: 4_000, ttlLeftMs: 6_000, loadMs: undefined },
    },
    {
      user: 'alice',
      id: 1,
      served: { outcome: 'stale', tier: 'memory', ageMs: 10_000, ttlLeftMs: 0, loadMs: undefined },
    },
  ])
})

test('an onServed that throws costs no answer', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const { cached } = newCache()
  const onServed = () => {
    throw new Error('no log today')
  }
  const router = t.router({ post: t.procedure.use(cached.query({ scope: 'public', onServed })).query(() => 1) })
  const caller = router.createCaller({ user: 'alice', requestId: 0 })
  expect([await caller.post(), await caller.post()]).toEqual([1, 1])
  expect(warn.mock.calls.map(([message]) => String(message))).toEqual([expect.stringContaining('no log today')])
  warn.mockRestore()
})

test('an onServed that is no function is refused', () => {
  const { cached } = newCache()
  const wrong: object = { onServed: 'log' }
  expect(() => cached.query({ scope: 'public', ...wrong })).toThrow(ConfigError)
  expect(() => cached.query({ scope: 'public', ...wrong })).toThrow("onServed: 'log' is not allowed")
})

test('a warmer fills under the key of a call what the procedure then answers', async () => {
  const { cache, cached } = newCache()
  let runs = 0
  const load = (id: number) => ({ id, run: ++runs })
  const router = t.router({
    post: t.procedure
      .input(z.object({ id: z.number() }))
      .use(cached.query({ scope: 'public', tags: ['posts'] }))
      .query(({ input }) => load(input.id)),
  })
  await using warmer = createWarmer(cache, {
    tasks: [{ key: cached.key('post', { input: { id: 7 } }), loader: () => load(7), options: { tags: ['posts'] } }],
  })
  expect(await warmer.run()).toMatchObject({ outcome: 'completed', warmed: 1 })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect(await caller.post({ id: 7 })).toEqual({ id: 7, run: 1 })
  await cache.invalidate({ tags: ['posts'] })
  expect(await caller.post({ id: 7 })).toEqual({ id: 7, run: 2 })
})
