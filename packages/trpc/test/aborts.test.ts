/** Requests that end before their answer is there: they take nobody else's answer with them. */
import { setImmediate as turn } from 'node:timers/promises'
import { loadSignal } from '@stowage/trpc'
import { expect, test } from 'vitest'
import { eventually, newCache, serve, t } from './service.ts'

/** A query that ends with its request, as one that hands `signal` to fetch does, until it is let go. */
function slow(options: object = {}) {
  const { cache, cached, clock } = newCache()
  const runs: { readonly user: string | null; readonly release: (answer: string) => void }[] = []
  const router = t.router({
    news: t.procedure.use(cached.query({ scope: 'public', ttl: '10s', ...options })).query(({ ctx, signal }) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      signal?.addEventListener('abort', () => reject(new Error('the request is over')))
      runs.push({ user: ctx.user, release: resolve })
      return promise
    }),
  })
  return { cache, cached, clock, runs, router }
}

test('who waits for a load of a request that ends loads for itself', async () => {
  const { cache, runs, router } = slow()
  await using service = await serve(router)
  const leaving = new AbortController()
  const alice = service.client('alice').news.query(undefined, { signal: leaving.signal })
  await eventually(() => runs.length).toBe(1)
  const waiting = [service.client('bob').news.query(), service.client(null, 'batch').news.query()]
  await eventually(() => cache.stats().joined).toBe(2)
  leaving.abort()
  await expect(alice).rejects.toThrow()
  await eventually(() => runs.length).toBe(2)
  expect(runs[0]?.user).toBe('alice')
  expect(runs[1]?.user).not.toBe('alice')
  runs[1]?.release('today')
  expect(await Promise.all(waiting)).toEqual(['today', 'today'])
  expect(await service.client('alice').news.query()).toBe('today')
  expect(runs).toHaveLength(2)
})

test('who waits, and is over with the one that loads, loads nothing for nobody', async () => {
  const { cache, runs, router } = slow()
  const begin = (user: string) => {
    const leaving = new AbortController()
    const asked = router.createCaller({ user, requestId: 0 }, { signal: leaving.signal }).news()
    return { leaving, asked }
  }
  const alice = begin('alice')
  await eventually(() => runs.length).toBe(1)
  const bob = begin('bob')
  await eventually(() => cache.stats().joined).toBe(1)
  bob.leaving.abort()
  alice.leaving.abort()
  const ended = await Promise.allSettled([alice.asked, bob.asked])
  expect(ended.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(runs).toHaveLength(1)
})

test('who waits and leaves takes nothing with it', async () => {
  const { cache, runs, router } = slow()
  await using service = await serve(router)
  const alice = service.client('alice').news.query()
  await eventually(() => runs.length).toBe(1)
  const leaving = new AbortController()
  const bob = service.client('bob').news.query(undefined, { signal: leaving.signal })
  await eventually(() => cache.stats().joined).toBe(1)
  leaving.abort()
  await expect(bob).rejects.toThrow()
  runs[0]?.release('today')
  expect(await alice).toBe('today')
  expect(runs).toHaveLength(1)
})

test('a request that is over alone fails as it would without the cache', async () => {
  const { cache, cached, runs, router } = slow()
  const leaving = new AbortController()
  const caller = router.createCaller({ user: 'alice', requestId: 0 }, { signal: leaving.signal })
  const alice = caller.news()
  await eventually(() => runs.length).toBe(1)
  leaving.abort()
  await expect(alice).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR', message: 'the request is over' })
  expect(await cache.has(cached.key('news'))).toBe(false)
})

test('a refresh behind outlives its request where the resolver hands on the signal of the load', async () => {
  const { cached, clock } = newCache()
  let runs = 0
  const gate = Promise.withResolvers<void>()
  const signals: (AbortSignal | undefined)[] = []
  const router = t.router({
    news: t.procedure
      .use(cached.query({ scope: 'public', ttl: '10s', staleWhileRevalidate: '1h' }))
      .query(async ({ signal }) => {
        const run = ++runs
        signals.push(signal, loadSignal())
        if (run === 2) await gate.promise
        loadSignal()?.throwIfAborted()
        return `edition ${run}`
      }),
    outside: t.procedure.query(() => loadSignal()),
  })
  const request = new AbortController()
  const caller = router.createCaller({ user: null, requestId: 0 }, { signal: request.signal })
  expect(await caller.news()).toBe('edition 1')
  clock.advanceMs(10_000)
  expect(await caller.news()).toBe('edition 1')
  request.abort()
  await eventually(() => runs).toBe(2)
  expect(signals.slice(2).map((signal) => signal?.aborted)).toEqual([true, false])
  gate.resolve()
  await turn()
  expect(await router.createCaller({ user: null, requestId: 0 }).news()).toBe('edition 2')
  expect(await caller.outside()).toBeUndefined()
})
