/**
 * T1, T2, T5: users A, B and anonymous in one process, through real HTTP, batched and not, in a thousand random orders.
 * Nobody ever gets what was made for another, whoever loads and whoever waits.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { createRandom } from '@stowage/core/testing'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newCache, requestScope, serve, t } from './service.ts'

const INTERLEAVINGS = 1_000
const USERS = ['alice', 'bob', null] as const
const LINKS = ['single', 'batch', 'batch-stream'] as const

function dashboard() {
  const { cached } = newCache()
  const random = createRandom(7)
  const runs = { own: 0, shared: 0, failing: 0, uncached: 0 }
  // Each resolver lets others go between its steps, a random number of times.
  const pause = async () => {
    for (let left = random.below(4); left > 0; left--) await turn()
  }
  const input = z.object({ page: z.number() })
  const scoped = t.procedure.input(input).use(cached.query({ scope: (ctx) => ctx.user, tags: ['own'] }))
  const router = t.router({
    own: scoped.query(async ({ ctx, input: { page } }) => {
      runs.own++
      await pause()
      // Not by ctx alone: what a library finds in the async context must be the same user's.
      return { page, user: ctx.user, around: requestScope.getStore()?.user }
    }),
    shared: t.procedure
      .input(input)
      .use(cached.query({ scope: 'public' }))
      .query(async ({ input: { page } }) => {
        runs.shared++
        await pause()
        return { page }
      }),
    failing: scoped.query(async ({ ctx }) => {
      runs.failing++
      await pause()
      throw new TRPCError({ code: 'FORBIDDEN', message: `not for ${ctx.user}` })
    }),
    uncached: t.procedure.query(({ ctx }) => {
      runs.uncached++
      return ctx.user
    }),
    forget: t.procedure.use(cached.invalidates({ tags: ['own'] })).mutation(({ ctx }) => ctx.user),
  })
  return { router, random, runs }
}

test('in a thousand interleavings nobody gets what was made for another', async () => {
  const { router, random, runs } = dashboard()
  await using service = await serve(router)
  const clients = LINKS.flatMap((link) => USERS.map((user) => ({ user, api: service.client(user, link) })))
  let answers = 0
  const ask = async () => {
    const { user, api } = clients[random.below(clients.length)] ?? expect.fail('no client')
    const page = random.below(3)
    const own = api.own.query({ page }).then((got) => expect(got).toEqual({ page, user, around: user }))
    const shared = api.shared.query({ page }).then((got) => expect(got).toEqual({ page }))
    const failing = expect(api.failing.query({ page })).rejects.toThrow(`not for ${user}`)
    const uncached = api.uncached.query().then((got) => expect(got).toBe(user))
    // Of the one HTTP request of a batch, each call is decided alone.
    await Promise.all([own, shared, failing, uncached])
    if (random.below(10) === 0) expect(await api.forget.mutate()).toBe(user)
    answers += 4
  }
  for (let done = 0; done < INTERLEAVINGS; done += 20) await Promise.all(Array.from({ length: 20 }, ask))
  expect(answers).toBe(4 * INTERLEAVINGS)
  // It was the cache that answered: three pages, for everybody.
  expect(runs.shared).toBe(3)
  expect(runs.own).toBeLessThan(answers / 8)
  expect(runs.uncached).toBe(INTERLEAVINGS)
}, 120_000)

test('a resolver runs in the context of the request it runs for, and so does what comes after the wait', async () => {
  const { cached } = newCache()
  const gate = Promise.withResolvers<void>()
  const seen: (string | null | undefined)[] = []
  const after: (string | null | undefined)[] = []
  const watched = t.procedure.use(async ({ next }) => {
    const result = await next()
    after.push(requestScope.getStore()?.user)
    return result
  })
  const router = t.router({
    news: watched.use(cached.query({ scope: 'public' })).query(async () => {
      await gate.promise
      seen.push(requestScope.getStore()?.user)
      return 'news'
    }),
  })
  const ask = (user: string) =>
    requestScope.run({ user, requestId: 0 }, async () => router.createCaller({ user, requestId: 0 }).news())
  const both = [ask('alice'), ask('bob')]
  gate.resolve()
  expect(await Promise.all(both)).toEqual(['news', 'news'])
  expect(seen).toEqual(['alice'])
  expect(new Set(after)).toEqual(new Set(['alice', 'bob']))
})
