/** Callers on the server share entries with requests: their inputs take the form they have over HTTP. */
import { createCallerCache } from '@stowage/trpc'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Context, newCache, serve, t } from './service.ts'

const listInput = z.object({ author: z.string().optional(), since: z.date().optional() })

test('a page rendered on the server and a browser share entries, whatever the transformer leaves out', async () => {
  const { cached } = newCache()
  const plain = initTRPC.context<Context>().create({ isDev: false })
  let runs = 0
  const router = plain.router({
    posts: {
      list: plain.procedure
        .input(z.object({ author: z.string().optional(), since: z.coerce.date().optional() }))
        .use(cached.query({ scope: 'public' }))
        .query(({ input }) => ({ run: ++runs, fields: Object.keys(input), since: input.since?.getTime() })),
    },
    hello: plain.procedure.use(cached.query({ scope: (ctx) => ctx.user })).query(({ ctx }) => `${ctx.user} ${++runs}`),
  })
  const callers = createCallerCache({ router })
  const caller = callers({ user: 'alice', requestId: 0 })
  await using service = await serve(router)
  const client = createTRPCClient<typeof router>({
    links: [httpBatchLink({ url: service.url, headers: { user: 'alice' } })],
  })
  const input = { author: undefined, since: new Date(86_400_000) }
  const rendered = await caller.posts.list(input)
  expect(rendered).toEqual({ run: 1, fields: ['since'], since: 86_400_000 })
  expect(await client.posts.list.query(input)).toEqual(rendered)
  // As tRPC's own caller gives it, the input has a field more.
  expect(await router.createCaller({ user: null, requestId: 0 }).posts.list(input)).toMatchObject({ run: 2 })
  expect([await caller.hello(), await client.hello.query()]).toEqual(['alice 3', 'alice 3'])
  expect(await callers(() => ({ user: 'bob', requestId: 0 })).hello()).toBe('bob 4')
})

test('a transformer carries what it carries; forms pass', async () => {
  const { cached } = newCache()
  let runs = 0
  const router = t.router({
    list: t.procedure
      .input(listInput)
      .use(cached.query({ scope: 'public' }))
      .query(({ input }) => ({ run: ++runs, input })),
    form: t.procedure.input(z.instanceof(FormData)).mutation(({ input }) => input.get('title')),
  })
  const caller = createCallerCache({ router })({ user: null, requestId: 0 })
  await using service = await serve(router)
  const input = { author: undefined, since: new Date(0) }
  const rendered = await caller.list(input)
  expect(rendered).toStrictEqual({ run: 1, input })
  expect(await service.client(null).list.query(input)).toStrictEqual(rendered)
  const form = new FormData()
  form.set('title', 'A')
  expect(await caller.form(form)).toBe('A')
  expect(() => createCallerCache({ router: {} as typeof router })).toThrow(
    'createCallerCache: router: an object is not a router',
  )
})
