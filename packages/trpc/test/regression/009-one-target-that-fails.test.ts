/** Regression: a mutation one of whose targets could not be named, as its function threw or gave what the cache refuses, invalidated none of the others, and no browser heard of them. */
import { expect, test } from 'vitest'
import { newCache, serve, t } from '../service.ts'

const failing = (): readonly string[] => {
  throw new Error('no tags to be had')
}
/** What JavaScript lets through. */
const given = (value: unknown) => (): never => value as never

test.each([
  ['tags that throw', { tags: failing, paths: ['post'] }, 'no tags to be had'],
  ['keys that throw', { keys: failing, tags: ['posts'] }, 'no tags to be had'],
  ['paths that throw', { paths: failing, tags: ['posts'] }, 'no tags to be had'],
  ['tags that are no list', { tags: given('posts'), paths: ['post'] }, "invalidates: tags: 'posts' is not a list"],
  ['tags that are none', { tags: given([undefined]), paths: ['post'] }, 'tags: undefined is not a tag'],
  ['keys that are none', { keys: given([undefined]), paths: ['post'] }, 'key: undefined'],
  ['a path that is none', { paths: given([undefined, 'post']) }, 'invalidates: paths: undefined is not a path'],
])('%s', async (_, targets, message) => {
  const { cached } = newCache()
  let count = 0
  const router = t.router({
    post: t.procedure.use(cached.query({ scope: 'public', tags: ['posts'] })).query(() => ++count),
    rename: t.procedure.use(cached.invalidates({ ...targets, scope: 'public' })).mutation(() => 'done'),
  })
  await using service = await serve(router)
  const client = service.client(null)
  expect([await client.post.query(), await client.post.query()]).toEqual([1, 1])
  await expect(client.rename.mutate()).rejects.toThrow(message)
  expect(await client.post.query()).toBe(2)
})

test('browsers hear of what was invalidated', async () => {
  const { cached, clock } = newCache()
  const router = t.router({
    rename: t.procedure
      .use(cached.invalidates({ tags: given([undefined]), keys: failing, paths: ['post'], scope: 'public' }))
      .mutation(() => 'done'),
    changes: t.procedure.subscription(cached.invalidations({ clock })),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  const events = (await caller.changes())[Symbol.asyncIterator]()
  expect((await events.next()).value).toEqual({ type: 'start' })
  const next = events.next()
  await expect(caller.rename()).rejects.toThrow('no tags to be had')
  clock.advanceMs(50)
  expect((await next).value).toMatchObject({ tags: [], paths: ['post'] })
  await events.return?.()
})
