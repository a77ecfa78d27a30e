/** Regression: the scope of a mutation was asked after it. One that names nobody failed it when it was done, and nothing was invalidated. */
import { expect, test } from 'vitest'
import { newCache, t } from '../service.ts'

test('a mutation whose scope names nobody is refused before it does anything', async () => {
  const { cached } = newCache()
  let version = 1
  const router = t.router({
    read: t.procedure.use(cached.query({ scope: 'public', tags: ['posts'] })).query(() => version),
    write: t.procedure
      .use(cached.invalidates({ tags: ['posts'], scope: ({ user }) => user ?? '' }))
      .mutation(() => ++version),
  })
  const caller = (user: string | null) => router.createCaller({ user, requestId: 1 })
  expect(await caller(null).read()).toBe(1)
  await expect(caller(null).write()).rejects.toThrow(/scope: the function gave ''/)
  expect(version).toBe(1)
  expect(await caller('alice').write()).toBe(2)
  expect(await caller(null).read()).toBe(2)
})
