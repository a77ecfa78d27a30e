/** What the cache has no part in: subscriptions, mutations, streams, forms and files. */
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newCache, serve, t } from './service.ts'

test('subscriptions and mutations run each time, though they share a cached procedure', async () => {
  const { cache, cached } = newCache()
  let runs = 0
  const shared = t.procedure.input(z.number()).use(cached.query({ scope: 'public' }))
  const router = t.router({
    count: shared.mutation(() => ++runs),
    events: shared.subscription(async function* () {
      yield ++runs
    }),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect([await caller.count(1), await caller.count(1)]).toEqual([1, 2])
  for (const run of [3, 4]) expect(await Array.fromAsync(await caller.events(1))).toEqual([run])
  expect((await cache.usage()).entries).toBe(0)
})

test('a stream is made for each caller, also for those who waited for one load', async () => {
  const { cache, cached } = newCache()
  let runs = 0
  const router = t.router({
    rows: t.procedure.use(cached.query({ scope: 'public' })).query(async function* () {
      const run = ++runs
      yield `${run}a`
      yield `${run}b`
    }),
    deferred: t.procedure.use(cached.query({ scope: 'public' })).query(() => {
      const run = ++runs
      return { now: run, later: Promise.resolve(`later ${run}`) }
    }),
  })
  await using service = await serve(router)
  const read = async () => Array.fromAsync(await service.client(null, 'batch-stream').rows.query())
  const all = await Promise.all([read(), read(), read()])
  expect(all.flat().toSorted()).toEqual(['1a', '1b', '2a', '2b', '3a', '3b'])
  const { deferred } = service.client(null, 'batch-stream')
  const answers = await Promise.all([deferred.query(), deferred.query()])
  expect(await Promise.all(answers.map(({ later }) => later))).toEqual(['later 4', 'later 5'])
  expect((await cache.usage()).entries).toBe(0)
})

test('forms, files and bodies are not looked at', async () => {
  const { cache, cached } = newCache()
  let runs = 0
  const router = t.router({
    form: t.procedure
      .input(z.instanceof(FormData))
      .use(cached.query({ scope: 'public' }))
      .query(async ({ input }) => ({ run: ++runs, title: input.get('title') })),
    file: t.procedure
      .input(z.instanceof(FormData).transform((form) => ({ file: form.get('file') })))
      .use(cached.query({ scope: 'public' }))
      .query(async ({ input: { file } }) => ({ run: ++runs, text: file instanceof File ? await file.text() : file })),
    body: t.procedure
      .input(z.instanceof(ReadableStream))
      .use(cached.query({ scope: 'public' }))
      .query(async ({ input }) => ({ run: ++runs, text: await text(input) })),
  })
  await using service = await serve(router, { allowMethodOverride: true })
  const post = async (path: string, body: FormData | Blob) => {
    const answer = await fetch(`${service.url}/${path}`, { method: 'POST', body })
    const { result } = z
      .object({ result: z.object({ data: z.object({ json: z.unknown() }) }) })
      .parse(await answer.json())
    return result.data.json
  }
  const form = new FormData()
  form.set('title', 'A')
  form.set('file', new File(['inside'], 'a.txt'))
  expect([await post('form', form), await post('form', form)]).toEqual([
    { run: 1, title: 'A' },
    { run: 2, title: 'A' },
  ])
  expect(await post('file', form)).toEqual({ run: 3, text: 'inside' })
  expect(await post('file', form)).toEqual({ run: 4, text: 'inside' })
  const bytes = new Blob(['bytes'], { type: 'application/octet-stream' })
  expect(await post('body', bytes)).toEqual({ run: 5, text: 'bytes' })
  expect(await post('body', bytes)).toEqual({ run: 6, text: 'bytes' })
  expect((await cache.usage()).entries).toBe(0)
})
