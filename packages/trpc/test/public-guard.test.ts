/** The development guard: a public query that reads of ctx what it did not declare is told of, once, and by name. */
import { createTrpcCache } from '@stowage/trpc'
import { initTRPC } from '@trpc/server'
import { expect, onTestFinished, test } from 'vitest'
import { newCache } from './service.ts'

interface Context {
  user: { readonly id: string }
  locale: string
  readonly db: { readonly rows: number }
}

const t = initTRPC.context<Context>().create()
const context = (): Context => ({ user: { id: 'alice' }, locale: 'en', db: { rows: 3 } })

/** What is warned of until the test ends. Warnings come a turn later. */
function warnings() {
  const told: string[] = []
  const listen = (warning: Error) => {
    if ('code' in warning && warning.code === 'STOWAGE_TRPC_PUBLIC') told.push(warning.message)
  }
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  return async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return told
  }
}

const { cached } = newCache()

test('reads that were not declared are told, once, with what to do', async () => {
  const told = warnings()
  const router = t.router({
    told: t.procedure
      .use(cached.query({ scope: 'public', reads: ['db'] }))
      .query(({ ctx }) => `${ctx.user.id} ${ctx.db.rows}`),
  })
  const ctx = context()
  expect(await router.createCaller(ctx).told()).toBe('alice 3')
  expect(await told()).toEqual([
    "told is cached for everybody (scope: 'public'), but read ctx.user: say by `scope` whose the answer is, or by `reads: ['user']` that it does not depend on it",
  ])
  await router.createCaller(context()).told()
  expect(await told()).toHaveLength(1)
  // For all else, ctx is as it was.
  ctx.locale = 'de'
  expect({ ...ctx }).toMatchObject({ user: { id: 'alice' }, locale: 'de', db: { rows: 3 } })
  expect(JSON.stringify(ctx)).toBe('{"user":{"id":"alice"},"locale":"de","db":{"rows":3}}')
})

test('neither declared reads, nor those of scoped queries, nor those of others at the same time are told', async () => {
  const told = warnings()
  const router = t.router({
    declared: t.procedure
      .use(cached.query({ scope: 'public', reads: ['user', 'db'] }))
      .query(({ ctx }) => [ctx.user.id, ctx.db.rows]),
    scoped: t.procedure.use(cached.query({ scope: (ctx) => ctx.user.id })).query(({ ctx }) => ctx.locale),
    uncached: t.procedure.query(({ ctx }) => ctx.locale),
    idle: t.procedure.use(cached.query({ scope: 'public' })).query(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      return 'nothing read'
    }),
  })
  // One ctx, as the calls of a batch have it.
  const caller = router.createCaller(context())
  await Promise.all([caller.idle(), caller.declared(), caller.scoped(), caller.uncached()])
  expect(await told()).toEqual([])
})

test('a middleware after the cache that copies ctx reads nothing of it by that', async () => {
  const told = warnings()
  const copying = t.procedure
    .use(cached.query({ scope: 'public' }))
    .use(({ next, ctx }) => next({ ctx: { ...ctx, added: 1 } }))
    .use(({ next }) => next({ ctx: { more: 2 } }))
  const reading = t.procedure
    .use(cached.query({ scope: 'public' }))
    .use(({ next, ctx }) => next({ ctx: { added: ctx.locale } }))
  const router = t.router({
    copied: copying.query(({ ctx }) => ctx.added + ctx.more),
    readAndCopied: reading.query(({ ctx }) => ctx.added),
  })
  const caller = router.createCaller(context())
  expect(await caller.copied()).toBe(3)
  expect(await told()).toEqual([])
  expect(await caller.readAndCopied()).toBe('en')
  expect(await told()).toMatchObject([expect.stringContaining('readAndCopied is cached for everybody')])
  expect(await told()).toMatchObject([expect.stringContaining('but read ctx.locale')])
})

test('off, or in production, ctx is left alone', async () => {
  const told = warnings()
  const { cache } = newCache()
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  const inProduction = createTrpcCache({ cache })
  process.env['NODE_ENV'] = before
  const off = createTrpcCache({ cache, publicGuard: 'off' })
  const router = t.router({
    silent: t.procedure.use(off.query({ scope: 'public' })).query(({ ctx }) => ctx.user.id),
    production: t.procedure.use(inProduction.query({ scope: 'public' })).query(({ ctx }) => ctx.user.id),
  })
  const ctx = context()
  const caller = router.createCaller(ctx)
  await Promise.all([caller.silent(), caller.production()])
  expect(await told()).toEqual([])
  expect(Object.getOwnPropertyDescriptor(ctx, 'user')).toHaveProperty('value')
  expect(() => createTrpcCache({ cache, publicGuard: 'loud' as 'on' })).toThrow("publicGuard: 'loud' is not known")
})
