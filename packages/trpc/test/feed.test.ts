/** What a subscription tells: the changes its user may know of, gathered, bounded, and what other processes changed. */
import { createFakeClock } from '@stowage/core/testing'
import { createTrpcCache, type InvalidationEvent } from '@stowage/trpc'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { newCache, t } from './service.ts'

/** A service with a subscription, and its listeners on a clock of their own. */
function service(options: Partial<Parameters<typeof createTrpcCache>[0]> = {}) {
  const { cache } = newCache()
  const cached = createTrpcCache({ cache, ...options })
  const clock = createFakeClock()
  const tagged = t.procedure.input(z.array(z.string()))
  const tags = ({ input }: { readonly input: string[] }) => input
  const router = t.router({
    changes: t.procedure.subscription(
      cached.invalidations({ clock, gather: '50ms', scopes: ({ user }) => (user === null ? [] : [user]) }),
    ),
    forAll: tagged.use(cached.invalidates({ tags, scope: 'public' })).mutation(() => 1),
    mine: tagged.use(cached.invalidates({ tags, scope: (ctx) => ctx.user })).mutation(() => 1),
    silent: tagged.use(cached.invalidates({ tags })).mutation(() => 1),
    byPath: t.procedure
      .use(cached.invalidates({ paths: ['posts'], keys: [cached.key('post', { input: 7 })], scope: 'public' }))
      .mutation(() => 1),
    failing: tagged.use(cached.invalidates({ tags, scope: 'public' })).mutation(() => {
      throw new Error('no')
    }),
  })
  const listen = async (user: string | null) => {
    const leaving = new AbortController()
    const caller = router.createCaller({ user, requestId: 0 }, { signal: leaving.signal })
    const events = (await caller.changes())[Symbol.asyncIterator]()
    expect(await events.next()).toEqual({ done: false, value: { type: 'start' } })
    let waiting: Promise<InvalidationEvent | undefined> | undefined
    const read = async () => {
      const { done, value } = await events.next()
      return done === true ? undefined : value
    }
    return {
      /** The next event, when the time it is gathered in has passed. */
      async next(): Promise<InvalidationEvent | undefined> {
        waiting ??= read()
        for (let passed = 0; passed < 4; passed++) {
          await new Promise((resolve) => setImmediate(resolve))
          clock.advanceMs(20)
        }
        const none = new Promise<undefined>((resolve) => setImmediate(resolve, undefined))
        const event = await Promise.race([waiting, none])
        if (event !== undefined) waiting = undefined
        return event
      },
      async leave() {
        leaving.abort()
        return (await (waiting ?? read())) === undefined
      },
    }
  }
  return { cache, cached, router, listen, as: (user: string | null) => router.createCaller({ user, requestId: 0 }) }
}

const invalidated = (tags: string[], paths: string[] = []) => ({ type: 'invalidated', tags, paths })

test('everybody hears what is public, a user what is theirs, and nobody what is not said to be heard', async () => {
  const { listen, as } = service()
  const [alice, bob, nobody] = [await listen('alice'), await listen('bob'), await listen(null)]
  await as('alice').forAll(['posts'])
  for (const listener of [alice, bob, nobody]) expect(await listener.next()).toEqual(invalidated(['posts']))
  await as('alice').mine(['drafts'])
  await as('alice').silent(['secret'])
  await expect(as('alice').failing(['posts'])).rejects.toThrow('no')
  expect(await alice.next()).toEqual(invalidated(['drafts']))
  for (const listener of [alice, bob, nobody]) expect(await listener.next()).toBeUndefined()
  for (const listener of [alice, bob, nobody]) expect(await listener.leave()).toBe(true)
})

test('what comes in a moment is told at once, without repetition; more than can be named is all', async () => {
  const { listen, as } = service()
  const listener = await listen(null)
  await as(null).forAll(['a', 'b'])
  await as(null).forAll(['b', 'c'])
  await as(null).byPath()
  expect(await listener.next()).toEqual(invalidated(['a', 'b', 'c'], ['posts', 'post']))
  expect(await listener.next()).toBeUndefined()
  // Nobody reads meanwhile, as when the connection is slow.
  for (let at = 0; at < 101; at++) await as(null).forAll([`tag ${at}`])
  expect(await listener.next()).toEqual({ type: 'all' })
  await as(null).forAll(['d'])
  expect(await listener.next()).toEqual(invalidated(['d']))
  await listener.leave()
})

test('paths are gone from the cache, those of one partition alone where a scope names it', async () => {
  const { cached, as, cache } = service()
  const own = t.procedure.input(z.number()).use(cached.query({ scope: (ctx) => ctx.user }))
  const runs: string[] = []
  const read = own.query(({ ctx, input }) => runs.push(`${ctx.user} ${input}`))
  const router = t.router({
    mine: read,
    mines: read,
    forget: t.procedure.use(cached.invalidates({ paths: ['mine'], scope: (ctx) => ctx.user })).mutation(() => 1),
    forgetAll: t.procedure.use(cached.invalidates({ paths: ['mine'] })).mutation(() => 1),
  })
  const [alice, bob] = ['alice', 'bob'].map((user) => router.createCaller({ user, requestId: 0 }))
  const all = async () => {
    runs.length = 0
    await Promise.all([alice?.mine(1), alice?.mine(2), alice?.mines(1), bob?.mine(1)])
    return [...runs].length
  }
  expect([await all(), await all()]).toEqual([4, 0])
  await alice?.forget()
  expect([await all(), await all()]).toEqual([2, 0])
  await bob?.forgetAll()
  expect([await all(), await all()]).toEqual([3, 0])
  await as(null).byPath()
  expect((await cache.usage()).entries).toBe(4)
})

test('browsers of another process hear by the channel, and of all that may have been lost on it', async () => {
  const listeners: { readonly hear: (message: string) => void; readonly gap: () => void }[] = []
  const sent: string[] = []
  const arrive = () => {
    for (const message of sent.splice(0)) for (const { hear } of listeners) hear(message)
  }
  const channel = {
    publish: (message: string) => void sent.push(message),
    subscribe: (hear: (message: string) => void, gap: () => void) => void listeners.push({ hear, gap }),
  }
  const [here, there] = [service({ channel }), service({ channel })]
  const [near, far] = [await here.listen('alice'), await there.listen('alice')]
  await here.as('alice').mine(['drafts'])
  expect(await near.next()).toEqual(invalidated(['drafts']))
  arrive()
  expect(await far.next()).toEqual(invalidated(['drafts']))
  // It comes back to those who sent it, too.
  expect(await near.next()).toBeUndefined()
  channel.publish('not ours')
  channel.publish('{"origin":"x","partition":7}')
  arrive()
  expect(await far.next()).toBeUndefined()
  for (const { gap } of listeners) gap()
  for (const listener of [near, far]) expect(await listener.next()).toEqual({ type: 'all' })
  await Promise.all([near.leave(), far.leave()])
})
