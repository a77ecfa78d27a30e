/** A cached query over HTTP: what is kept, for how long, under which key, and that all else is as without the cache. */
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newCache, serve, t } from './service.ts'

test('the resolver runs once for equal inputs, and its answer is the same through every link', async () => {
  const { cached } = newCache()
  let runs = 0
  const router = t.router({
    post: t.procedure
      .input(z.object({ id: z.number(), lang: z.string().default('en') }))
      .use(cached.query({ scope: 'public' }))
      .query(({ input }) => ({ ...input, run: ++runs, at: new Date(0), tags: new Set(['a']), size: 10n })),
  })
  await using service = await serve(router)
  const first = await service.client(null).post.query({ id: 7 })
  expect(first).toEqual({ id: 7, lang: 'en', run: 1, at: new Date(0), tags: new Set(['a']), size: 10n })
  // What the validator makes of them is the same.
  expect(await service.client(null, 'batch').post.query({ lang: 'en', id: 7 })).toEqual(first)
  expect(await service.client('alice', 'batch-stream').post.query({ id: 7 })).toEqual(first)
  expect(await service.client(null).post.query({ id: 8 })).toMatchObject({ id: 8, run: 2 })
})

test('an answer is kept for its ttl, and its tags invalidate it', async () => {
  const { cache, cached, clock } = newCache()
  let runs = 0
  const router = t.router({
    post: t.procedure
      .input(z.object({ id: z.number() }))
      .use(
        cached.query({
          scope: 'public',
          ttl: ({ input }) => (input.id === 1 ? '10s' : '20s'),
          tags: ({ input }) => [`post:${input.id}`],
        }),
      )
      .query(() => ++runs),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect([await caller.post({ id: 1 }), await caller.post({ id: 2 })]).toEqual([1, 2])
  clock.advanceMs(9_999)
  expect([await caller.post({ id: 1 }), await caller.post({ id: 2 })]).toEqual([1, 2])
  clock.advanceMs(1)
  expect([await caller.post({ id: 1 }), await caller.post({ id: 2 })]).toEqual([3, 2])
  await cache.invalidate({ tags: ['post:2'] })
  expect([await caller.post({ id: 1 }), await caller.post({ id: 2 })]).toEqual([3, 4])
})

test('null is kept as any answer, undefined only with a negativeTtl', async () => {
  const { cached, clock } = newCache()
  const runs = { nothing: 0, missing: 0, brief: 0 }
  const router = t.router({
    nothing: t.procedure.use(cached.query({ scope: 'public' })).query(() => {
      runs.nothing++
      return null
    }),
    missing: t.procedure.use(cached.query({ scope: 'public' })).query(() => {
      runs.missing++
    }),
    brief: t.procedure.use(cached.query({ scope: 'public', negativeTtl: '5s' })).query(() => {
      runs.brief++
    }),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  const all = async () => [await caller.nothing(), await caller.missing(), await caller.brief()]
  expect(await all()).toEqual([null, undefined, undefined])
  expect(await all()).toEqual([null, undefined, undefined])
  expect(runs).toEqual({ nothing: 1, missing: 2, brief: 1 })
  clock.advanceMs(5_000)
  await all()
  expect(runs).toEqual({ nothing: 1, missing: 3, brief: 2 })
})

test('data that looks like a mark of ours is data', async () => {
  const { cached } = newCache()
  const disguised = { '~stowage/trpc': 'NOT_FOUND', message: 'not really' }
  const router = t.router({ disguised: t.procedure.use(cached.query({ scope: 'public' })).query(() => disguised) })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect(await caller.disguised()).toEqual(disguised)
  expect(await caller.disguised()).toEqual(disguised)
})

test('output validators see hits as they see what is loaded, on whichever side of the cache they stand', async () => {
  const { cached } = newCache()
  const runs = { resolver: 0, before: 0, after: 0 }
  const counted = (place: 'before' | 'after') =>
    z.object({ n: z.number() }).transform(({ n }) => {
      runs[place]++
      return { n: n + 1 }
    })
  const resolver = () => ({ n: ++runs.resolver, secret: 'not shown' })
  const router = t.router({
    before: t.procedure
      .output(counted('before'))
      .use(cached.query({ scope: 'public' }))
      .query(resolver),
    after: t.procedure
      .use(cached.query({ scope: 'public' }))
      .output(counted('after'))
      .query(resolver),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect([await caller.before(), await caller.before()]).toEqual([{ n: 2 }, { n: 2 }])
  expect([await caller.after(), await caller.after()]).toEqual([{ n: 3 }, { n: 3 }])
  // One that stands before the cache is asked about each answer; one after it about what is loaded.
  expect(runs).toEqual({ resolver: 2, before: 2, after: 1 })
})

test('a caller that changes what it got changes nobody else`s answer, where the backend keeps copies', async () => {
  const { cached } = newCache('freeze')
  const router = t.router({ list: t.procedure.use(cached.query({ scope: 'public' })).query(() => ({ items: [1] })) })
  const caller = router.createCaller({ user: null, requestId: 0 })
  const first = await caller.list()
  first.items.push(2)
  const second = await caller.list()
  expect(second.items).toEqual([1])
  expect(() => second.items.push(3)).toThrow(TypeError)
  await using service = await serve(router)
  expect(await service.client(null).list.query()).toEqual({ items: [1] })
})

test('a stored answer that no longer fits the schema is loaded anew', async () => {
  const { cache, cached } = newCache()
  let version = 1
  const router = t.router({
    shape: t.procedure
      .use(cached.query({ scope: 'public', schema: z.object({ v2: z.string() }), negativeTtl: '1m' }))
      .query(() => {
        if (version === 0) throw new TRPCError({ code: 'NOT_FOUND', message: 'gone' })
        return { v2: `of ${version}` }
      }),
  })
  await cache.set(cached.key('shape'), { v1: 'of an older release' })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect(await caller.shape()).toEqual({ v2: 'of 1' })
  version = 0
  expect(await caller.shape()).toEqual({ v2: 'of 1' })
  await cache.delete(cached.key('shape'))
  await expect(caller.shape()).rejects.toThrow('gone')
  version = 2
  await expect(caller.shape()).rejects.toThrow('gone')
})
