/** Mutations that invalidate: after success, before their caller hears of it, and never in the way of it. */
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { createTrpcCache } from '@stowage/trpc'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, newCache, serve, t } from './service.ts'

/** Posts with a cached read, and a mutation whose middleware and failure are the test's. */
function posts() {
  const { cache, cached, clock } = newCache()
  const titles = new Map([
    [1, 'one'],
    [2, 'two'],
  ])
  const byId = t.procedure.input(z.object({ id: z.number() }))
  const titled = t.procedure.input(z.object({ id: z.number(), title: z.string() }))
  const post = byId
    .use(cached.query({ scope: 'public', tags: ({ input }) => ['posts', `post:${input.id}`] }))
    .query(({ input }) => titles.get(input.id))
  const rename = ({ input }: { readonly input: { readonly id: number; readonly title: string } }) => {
    titles.set(input.id, input.title)
    if (input.title === '') throw new TRPCError({ code: 'BAD_REQUEST', message: 'no title' })
    return { renamed: input.id }
  }
  return { cache, cached, clock, titles, post, titled, rename }
}

test('what the mutation names is gone when it has succeeded, and only then', async () => {
  const { cached, titles, post, titled, rename } = posts()
  const router = t.router({
    post,
    byTag: titled.use(cached.invalidates({ tags: ({ input }) => [`post:${input.id}`] })).mutation(rename),
    byOutput: titled
      .use(
        cached.invalidates({
          tags: ({ output }) => [`post:${z.object({ renamed: z.number() }).parse(output).renamed}`],
        }),
      )
      .mutation(rename),
    byKey: titled
      .use(cached.invalidates({ keys: ({ input }) => [cached.key('post', { input: { id: input.id } })] }))
      .mutation(rename),
    all: titled.use(cached.invalidates({ tags: ['posts'] })).mutation(rename),
    none: titled.use(cached.invalidates({ tags: () => [] })).mutation(rename),
  })
  await using service = await serve(router)
  const client = service.client(null)
  const read = async () => [await client.post.query({ id: 1 }), await client.post.query({ id: 2 })]
  expect(await read()).toEqual(['one', 'two'])
  titles.set(2, 'changed behind')
  expect(await client.byTag.mutate({ id: 1, title: 'uno' })).toEqual({ renamed: 1 })
  expect(await read()).toEqual(['uno', 'two'])
  await client.byOutput.mutate({ id: 1, title: 'eins' })
  expect(await read()).toEqual(['eins', 'two'])
  await client.byKey.mutate({ id: 1, title: 'un' })
  expect(await read()).toEqual(['un', 'two'])
  await client.none.mutate({ id: 1, title: 'ichi' })
  expect(await read()).toEqual(['un', 'two'])
  await expect(client.all.mutate({ id: 1, title: '' })).rejects.toThrow('no title')
  expect(await read()).toEqual(['un', 'two'])
  await client.all.mutate({ id: 1, title: 'yksi' })
  expect(await read()).toEqual(['yksi', 'changed behind'])
})

test('T2: of a batch of mutations only those that succeeded invalidate, after what they committed', async () => {
  const { cached, titles, titled, rename } = posts()
  const committed = new Map(titles)
  const transaction = t.middleware(async ({ next }) => {
    const result = await next()
    await new Promise((resolve) => setImmediate(resolve))
    for (const [id, title] of titles) committed.set(id, title)
    return result
  })
  const router = t.router({
    post: t.procedure
      .input(z.object({ id: z.number() }))
      .use(cached.query({ scope: 'public', tags: ({ input }) => [`post:${input.id}`] }))
      .query(({ input }) => committed.get(input.id)),
    rename: titled
      .use(
        cached.invalidates({
          tags: ({ input }) => {
            // What is invalidated before it is committed is loaded again as it was.
            expect(committed.get(input.id)).toBe(input.title)
            return [`post:${input.id}`]
          },
        }),
      )
      .use(transaction)
      .mutation(rename),
  })
  await using service = await serve(router)
  const client = service.client(null, 'batch')
  const read = async () => Promise.all([client.post.query({ id: 1 }), client.post.query({ id: 2 })])
  expect(await read()).toEqual(['one', 'two'])
  const both = await Promise.allSettled([
    client.rename.mutate({ id: 1, title: 'uno' }),
    client.rename.mutate({ id: 2, title: '' }),
  ])
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await read()).toEqual(['uno', 'two'])
})

test('an answer that was being loaded when the mutation came is not kept', async () => {
  const { cached, titles, titled, rename } = posts()
  const gate = Promise.withResolvers<void>()
  let loads = 0
  const router = t.router({
    post: t.procedure.use(cached.query({ scope: 'public', tags: ['posts'] })).query(async () => {
      const title = titles.get(1)
      if (++loads === 1) await gate.promise
      return title
    }),
    rename: titled.use(cached.invalidates({ tags: ['posts'] })).mutation(rename),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  const early = caller.post()
  await eventually(() => loads).toBe(1)
  await caller.rename({ id: 1, title: 'uno' })
  const late = caller.post()
  gate.resolve()
  expect(await early).toBe('one')
  expect(await late).toBe('uno')
  expect(await caller.post()).toBe('uno')
})

test('a cache that fails does not make the mutation fail; nothing it covers is served until it is done', async () => {
  const clock = createFakeClock()
  const backend = faultyBackend(memoryBackend({ maxEntries: 100 }), clock)
  const cache = createCache({ backend, ttl: '1h', clock })
  const cached = createTrpcCache({ cache })
  let title = 'one'
  const router = t.router({
    post: t.procedure.use(cached.query({ scope: 'public', tags: ['posts'] })).query(() => title),
    rename: t.procedure.use(cached.invalidates({ tags: ['posts'] })).mutation(() => {
      title = 'uno'
      return 'done'
    }),
    wrong: t.procedure.use(cached.invalidates({ tags: () => [''] })).mutation(() => 'done'),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect(await caller.post()).toBe('one')
  backend.inject('invalidate', { kind: 'reject', error: new Error('disk') })
  expect(await caller.rename()).toBe('done')
  expect(cache.stats().faults).toBe(1)
  expect(await caller.post()).toBe('uno')
  // A tag that is none is a mistake in the program, and told.
  await expect(caller.wrong()).rejects.toThrow('tags:')
  await cache.close()
})

test('options that name nothing, or are none, are refused at once', () => {
  const { cached } = newCache()
  const invalidates = (options: object) => () => cached.invalidates(options)
  expect(invalidates({})).toThrow('invalidates: nothing is named; allowed: tags, keys, paths')
  expect(invalidates({ tags: [] })).toThrow('invalidates: tags: an array is not allowed')
  expect(invalidates({ tags: 'posts' })).toThrow("invalidates: tags: 'posts' is not allowed")
  expect(invalidates({ scope: 'public' })).toThrow('invalidates: nothing is named')
  expect(invalidates({ tags: ['posts'], scope: 'mine' })).toThrow("invalidates: scope: 'mine' is not allowed")
  expect(invalidates({ routes: ['post'] })).toThrow(
    "invalidates: unknown option 'routes'; allowed: tags, keys, paths, scope",
  )
})
