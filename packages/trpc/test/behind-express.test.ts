/**
 * Behind @stowage/express nothing is kept twice unless it was asked for: a response is kept there only where every call of it
 * allows HTTP caches to, and an invalidation by tag reaches it all the same.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { httpCache } from '@stowage/express'
import { responseMeta } from '@stowage/trpc'
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import express from 'express'
import { expect, test } from 'vitest'
import { type Context, newCache, t } from './service.ts'

async function openApp() {
  const { cache, cached } = newCache()
  const runs = { quiet: 0, shown: 0, own: 0 }
  const router = t.router({
    quiet: t.procedure.use(cached.query({ scope: 'public', tags: ['quiet'] })).query(() => ++runs.quiet),
    shown: t.procedure
      .use(cached.query({ scope: 'public', tags: ['shown'], http: { maxAge: '1m', tags: 'told' } }))
      .query(() => ++runs.shown),
    own: t.procedure.use(cached.query({ scope: (ctx) => ctx.user })).query(({ ctx }) => `${ctx.user} ${++runs.own}`),
    forget: t.procedure.use(cached.invalidates({ tags: ['shown', 'quiet'] })).mutation(() => 'done'),
  })
  let calls = 0
  const createContext = ({ req }: { readonly req: express.Request }): Context => {
    calls++
    return { user: req.get('x-user') ?? null, requestId: calls }
  }
  const app = express()
  const http = httpCache({ cache, hideTags: true })
  app.use(http)
  app.use('/trpc', createExpressMiddleware({ router, createContext, responseMeta }))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/trpc`
  return {
    cache,
    runs,
    calls: () => calls,
    async get(path: string, user = 'nobody') {
      const answer = await fetch(`${url}/${path}`, { headers: { 'x-user': user } })
      return { text: await answer.text(), tags: answer.headers.get('cache-tag') }
    },
    post: async (path: string) =>
      (await fetch(`${url}/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' } })).status,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await cache.close()
    },
  }
}

test('without a word on HTTP caches an answer is kept once, and each user gets their own', async () => {
  await using app = await openApp()
  const first = await app.get('quiet')
  expect(await app.get('quiet')).toEqual(first)
  expect((await app.cache.usage()).entries).toBe(1)
  expect([app.calls(), app.runs.quiet]).toEqual([2, 1])
  const both = [await app.get('own', 'alice'), await app.get('own', 'bob'), await app.get('shown,own?batch=1', 'bob')]
  expect(both.map(({ text }) => text.match(/(?:alice|bob) \d/)?.[0])).toEqual(['alice 1', 'bob 2', 'bob 2'])
  // `shown` in a batch beside what is somebody's: kept by its procedure alone.
  expect((await app.cache.usage()).entries).toBe(4)
})

test('what HTTP caches may keep goes by the tags of its calls, too', async () => {
  await using app = await openApp()
  const first = await app.get('shown')
  expect(await app.get('shown')).toEqual(first)
  expect([app.calls(), app.runs.shown, first.tags]).toEqual([1, 1, null])
  expect(await app.post('forget')).toBe(200)
  const second = await app.get('shown')
  expect(app.runs.shown).toBe(2)
  expect(second).not.toEqual(first)
})
