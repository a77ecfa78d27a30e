/** Regression: a client that left while its query loaded counted as a failure of the source: with `staleIfError` those who waited for it, and who came within `retryAfterError`, got the older answer, though the source was well. */
import { expect, test } from 'vitest'
import { eventually, newCache, serve, t } from '../service.ts'

test('who waits for a load of a request that ends loads for itself, also where an older answer is at hand', async () => {
  const { cache, cached, clock } = newCache()
  const runs: { readonly user: string | null; readonly release: (answer: string) => void }[] = []
  const told: string[] = []
  const router = t.router({
    news: t.procedure
      .use(
        cached.query({
          scope: 'public',
          reads: ['user'],
          ttl: '10s',
          staleIfError: '1h',
          onServed: (_call, { outcome }) => told.push(outcome),
        }),
      )
      .query(({ ctx, signal }) => {
        const { promise, resolve, reject } = Promise.withResolvers<string>()
        signal?.addEventListener('abort', () => reject(new Error('the request is over')))
        runs.push({ user: ctx.user, release: resolve })
        return promise
      }),
  })
  await using service = await serve(router)
  const first = service.client('alice').news.query()
  await eventually(() => runs.length).toBe(1)
  runs[0]?.release('yesterday')
  await first
  clock.advanceMs(20_000)
  const leaving = new AbortController()
  const alice = service.client('alice').news.query(undefined, { signal: leaving.signal })
  await eventually(() => runs.length).toBe(2)
  const bob = service.client('bob').news.query()
  await eventually(() => cache.stats().joined).toBe(1)
  leaving.abort()
  await expect(alice).rejects.toThrow()
  await eventually(() => runs.length).toBe(3)
  expect(runs[2]?.user).toBe('bob')
  runs[2]?.release('today')
  expect(await bob).toBe('today')
  expect(told).toEqual(['loaded', 'loaded'])
  expect(cache.stats()).toMatchObject({ fallbacks: 0, loadFailures: 0 })
})

test('nor is the older answer given to who comes after it', async () => {
  const { cached, clock } = newCache()
  let answer: string | undefined = 'yesterday'
  const leaving = new AbortController()
  const router = t.router({
    news: t.procedure.use(cached.query({ scope: 'public', ttl: '10s', staleIfError: '1h' })).query(() => {
      if (answer === undefined) throw new Error('the request is over')
      return answer
    }),
  })
  const call = (signal?: AbortSignal): Promise<string> =>
    router.createCaller({ user: null, requestId: 0 }, signal === undefined ? {} : { signal }).news()
  await call()
  clock.advanceMs(20_000)
  answer = undefined
  leaving.abort()
  await expect(call(leaving.signal)).rejects.toThrow('the request is over')
  answer = 'today'
  expect(await call()).toBe('today')
})
