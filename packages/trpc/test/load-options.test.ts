/** All that getOrSet can be told holds for queries, too: patience, one load for several processes, what an answer came of. */
import { createCache, TimeoutError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { createTrpcCache } from '@stowage/trpc'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, newCache, t } from './service.ts'

const nobody = { user: null, requestId: 0 }

test('who has no patience left gets the older answer, or is told; the load goes on behind', async () => {
  const { cached, clock, cache } = newCache()
  const gates: PromiseWithResolvers<string>[] = []
  const slow = () => {
    const gate = Promise.withResolvers<string>()
    gates.push(gate)
    return gate.promise
  }
  const router = t.router({
    soft: t.procedure
      .use(cached.query({ scope: 'public', ttl: '10s', staleIfError: '1h', softTimeout: '100ms' }))
      .query(slow),
    hard: t.procedure
      .use(cached.query({ scope: 'public', hardTimeout: ({ ctx }) => (ctx.user === null ? '100ms' : '1h') }))
      .query(slow),
  })
  const caller = router.createCaller(nobody)
  const first = caller.soft()
  await eventually(() => gates.length).toBe(1)
  gates[0]?.resolve('old')
  expect(await first).toBe('old')
  clock.advanceMs(10_000)
  const second = caller.soft()
  await eventually(() => gates.length).toBe(2)
  clock.advanceMs(100)
  expect(await second).toBe('old')
  gates[1]?.resolve('new')
  await eventually(() => cache.get(cached.key('soft'))).toBe('new')

  const impatient = caller.hard()
  const patient = router.createCaller({ user: 'alice', requestId: 1 }).hard()
  await eventually(() => gates.length).toBe(3)
  clock.advanceMs(100)
  const told = await impatient.catch((error: unknown) => error)
  expect(told).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
  expect(told instanceof Error && told.cause).toBeInstanceOf(TimeoutError)
  gates[2]?.resolve('late')
  expect(await patient).toBe('late')
})

test('with `singleFlight: shared` two services on one backend load once', async () => {
  const backend = memoryBackend({ maxEntries: 100 })
  const clock = createFakeClock()
  const gate = Promise.withResolvers<string>()
  let runs = 0
  const services = [1, 2].map(() => {
    const cache = createCache({ backend, ttl: '1m', clock })
    const cached = createTrpcCache({ cache })
    const router = t.router({
      news: t.procedure.use(cached.query({ scope: 'public', singleFlight: 'shared' })).query(() => {
        runs++
        return gate.promise
      }),
    })
    return { cache, ask: () => router.createCaller(nobody).news() }
  })
  const answers = Promise.all(services.map(({ ask }) => ask()))
  await eventually(() => runs).toBe(1)
  gate.resolve('today')
  // The other looks for the answer time and again, until it is there.
  await eventually(() => {
    clock.advanceMs(1_000)
    return Promise.race([answers, Promise.resolve('waiting')])
  }).toEqual(['today', 'today'])
  expect(runs).toBe(1)
})

test('an answer that came of something else is loaded anew: a fingerprint of the call', async () => {
  const { cached } = newCache()
  let version = 1
  let runs = 0
  const router = t.router({
    table: t.procedure
      .input(z.object({ name: z.string() }))
      .use(cached.query({ scope: 'public', fingerprint: ({ input }) => `${input.name} ${version}` }))
      .query(() => ++runs),
  })
  const caller = router.createCaller(nobody)
  expect([await caller.table({ name: 'a' }), await caller.table({ name: 'a' })]).toEqual([1, 1])
  version = 2
  expect([await caller.table({ name: 'a' }), await caller.table({ name: 'a' })]).toEqual([2, 2])
})

test('`fresh` by call: who may, has it loaded anew for everybody', async () => {
  const { cached } = newCache()
  let runs = 0
  const router = t.router({
    news: t.procedure
      .use(cached.query({ scope: 'public', fresh: ({ ctx }) => ctx.user === 'editor' }))
      .query(() => ++runs),
  })
  const as = (user: string) => router.createCaller({ user, requestId: 0 }).news()
  expect([await as('alice'), await as('editor'), await as('alice')]).toEqual([1, 2, 2])
})
