/** What the compiler promises users of cached procedures. Compiled by `pnpm verify`, never run. */
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createCallerCache, createTrpcCache } from '@stowage/trpc'
import { initTRPC } from '@trpc/server'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'

interface Context {
  readonly user: { readonly id: string } | undefined
  readonly locale: string
}

const { procedure, middleware } = initTRPC.context<Context>().create()
const cached = createTrpcCache({ cache: createCache({ backend: memoryBackend({ maxEntries: 100 }), ttl: '1m' }) })
const byId = procedure.input(z.object({ id: z.number() }))

// Context and input are those of the procedure, and come out of it as they were.
const post = byId
  .use(
    cached.query({
      scope: (ctx) => {
        expectTypeOf(ctx.user).toEqualTypeOf<{ readonly id: string } | undefined>()
        return ctx.user?.id ?? null
      },
      tags: ({ input, ctx }) => {
        expectTypeOf(ctx.locale).toEqualTypeOf<string>()
        expectTypeOf(input).toEqualTypeOf<{ id: number }>()
        return [`post:${input.id}`]
      },
      ttl: ({ input }) => (input.id > 100 ? '1h' : '1m'),
    }),
  )
  .query(({ input, ctx }) => {
    expectTypeOf(ctx.user).toEqualTypeOf<{ readonly id: string } | undefined>()
    return input.id
  })
expectTypeOf<typeof post._def.$types.output>().toEqualTypeOf<number>()

// What middlewares before it have added to the context is there, and stays.
const signedIn = middleware(({ next }) => next({ ctx: { user: { id: 'alice' } } }))
byId
  .use(signedIn)
  .use(cached.query({ scope: (ctx) => ctx.user.id, ttl: '5m', tags: ['posts'] }))
  .query(({ ctx }) => expectTypeOf(ctx.user).toEqualTypeOf<{ id: string }>())

procedure.use(cached.query({ scope: 'public', reads: ['locale'] })).query(() => 1)

// @ts-expect-error whose the answer is has to be said
byId.use(cached.query({ ttl: '1m' }))
// @ts-expect-error neither public nor a function
byId.use(cached.query({ scope: 'user' }))
// @ts-expect-error a partition that may be nobody's has to be named
byId.use(cached.query({ scope: (ctx) => ctx.user?.id }))
// @ts-expect-error no such property of ctx
byId.use(cached.query({ scope: (ctx) => String(ctx.tenant) }))
// @ts-expect-error tags are a list
byId.use(cached.query({ scope: 'public', tags: 'posts' }))
// @ts-expect-error tags are texts
byId.use(cached.query({ scope: 'public', tags: ({ input }) => [input.id] }))
// @ts-expect-error no such field of the input
byId.use(cached.query({ scope: 'public', tags: ({ input }) => [`post:${input.slug}`] }))
// @ts-expect-error no such property of ctx to read
byId.use(cached.query({ scope: 'public', reads: ['tenant'] }))
// @ts-expect-error not an option
byId.use(cached.query({ scope: 'public', grace: '1h' }))
// @ts-expect-error no ttl
byId.use(cached.query({ scope: 'public', ttl: 'soon' }))

byId
  .use(
    cached.invalidates({
      tags: ({ input, ctx, output }) => {
        expectTypeOf(ctx.locale).toEqualTypeOf<string>()
        expectTypeOf(output).toEqualTypeOf<unknown>()
        return [`post:${input.id}`]
      },
      keys: ({ input }) => [cached.key('post', { input }), cached.key('mine', { scope: { of: 'alice' } })],
    }),
  )
  .mutation(({ input }) => input.id)
// @ts-expect-error tags are texts
byId.use(cached.invalidates({ tags: [7] }))
// @ts-expect-error no such field of the input
byId.use(cached.invalidates({ tags: ({ input }) => [`post:${input.slug}`] }))
// @ts-expect-error not an option
byId.use(cached.invalidates({ routes: ['post'] }))
// @ts-expect-error an answer that is somebody's is none for HTTP caches
byId.use(cached.query({ scope: (ctx) => ctx.locale, http: { maxAge: '1m' } }))

// Callers are typed as tRPC's own, and the subscription by its events.
const { router } = initTRPC.context<Context>().create()
const app = router({
  posts: { byId: post },
  changes: procedure.subscription(cached.invalidations({ scopes: (ctx) => [ctx.locale] })),
})
const caller = createCallerCache({ router: app })({ user: undefined, locale: 'en' })
expectTypeOf(caller.posts.byId({ id: 7 })).resolves.toEqualTypeOf<number>()
// @ts-expect-error not its input
void caller.posts.byId({ id: '7' })
// @ts-expect-error no such property of ctx
procedure.subscription(cached.invalidations({ scopes: (ctx) => [String(ctx.tenant)] }))
