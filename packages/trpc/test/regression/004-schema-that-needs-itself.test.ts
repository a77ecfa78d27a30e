/** Regression: a schema was called without itself, so that one whose `validate` is a method failed every query. */
import { expect, test } from 'vitest'
import { newCache, t } from '../service.ts'

class Least {
  readonly version = 1
  readonly vendor = 'test'
  readonly #least = 1

  validate(value: unknown) {
    return typeof value === 'number' && value >= this.#least ? { value } : { issues: [{ message: 'too little' }] }
  }
}

test('a schema of a class is asked as a method', async () => {
  const { cached } = newCache()
  const schema = { '~standard': new Least() }
  const router = t.router({
    read: t.procedure.use(cached.query({ scope: 'public', schema })).query(() => 1),
    little: t.procedure.use(cached.query({ scope: 'public', schema })).query(() => 0),
  })
  const caller = router.createCaller({ user: null, requestId: 1 })
  expect(await caller.read()).toBe(1)
  expect(await caller.read()).toBe(1)
  await expect(caller.little()).rejects.toThrow('too little')
})
