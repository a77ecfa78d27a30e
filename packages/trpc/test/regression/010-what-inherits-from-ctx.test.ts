/** Regression: in development, what set a property of an object made from ctx set it on ctx, for all who hold it. */
import { initTRPC } from '@trpc/server'
import { expect, test } from 'vitest'
import { newCache } from '../service.ts'

interface Context {
  user: string
  locale: string
}

test('an object that inherits from ctx has properties of its own', async () => {
  const { cached } = newCache()
  const t = initTRPC.context<Context>().create()
  const ctx: Context = { user: 'alice', locale: 'en' }
  const router = t.router({
    seen: t.procedure.use(cached.query({ scope: 'public', reads: ['user', 'locale'] })).query(() => 'seen'),
  })
  await router.createCaller(ctx).seen()
  const derived: Partial<Context> = {}
  Object.setPrototypeOf(derived, ctx)
  derived.user = 'bob'
  expect([derived.user, ctx.user]).toEqual(['bob', 'alice'])
  expect(Object.entries(derived)).toEqual([['user', 'bob']])
  ctx.locale = 'de'
  expect([derived.locale, ctx.locale]).toEqual(['de', 'de'])
  // What is set on ctx itself is watched as before.
  expect(Object.getOwnPropertyDescriptor(ctx, 'locale')).not.toHaveProperty('value')
})
