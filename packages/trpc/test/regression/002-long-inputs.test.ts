/** Regression: an input of more than 16 KiB failed its query, as the text that was to be hashed was refused for its length. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newCache, t } from '../service.ts'

test.each<[string, unknown, unknown]>([
  ['a text', 'x'.repeat(100_000), `${'x'.repeat(99_999)}y`],
  ['a list', Array.from({ length: 10_000 }, (_, at) => at), Array.from({ length: 10_000 }, (_, at) => at + 1)],
  ['bytes', new Uint8Array(20_000), new Uint8Array(20_000).fill(1)],
])('%s of more than 16 KiB has a key of its own', async (_, one, other) => {
  const { cached } = newCache()
  let runs = 0
  const router = t.router({
    search: t.procedure
      .input(z.unknown())
      .use(cached.query({ scope: 'public' }))
      .query(() => ++runs),
  })
  // As over HTTP by POST, which tRPC's clients send inputs of such length by.
  const caller = router.createCaller({ user: null, requestId: 1 })
  expect(await caller.search(one)).toBe(1)
  expect(await caller.search(one)).toBe(1)
  expect(await caller.search(other)).toBe(2)
  expect(await caller.search(one)).toBe(1)
})
