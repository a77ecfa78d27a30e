/** The browser's side on TanStack Query itself: which queries an event concerns, and what a connection that was lost means. */

import { followInvalidations, type InvalidationEvent } from '@stowage/trpc/client'
import { QueryClient, QueryObserver } from '@tanstack/query-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

interface Calls {
  readonly onData: (event: InvalidationEvent) => void
  readonly onError: (error: unknown) => void
  readonly onComplete: () => void
}

/** A query client with queries that are shown, and a subscription whose events the test makes. */
function page() {
  const queryClient = new QueryClient()
  const fetches: string[] = []
  const show = async (queryKey: readonly unknown[], meta?: Record<string, unknown>) => {
    const name = JSON.stringify(queryKey)
    const queryFn = () => {
      fetches.push(name)
      return name
    }
    const observer = new QueryObserver(queryClient, {
      queryKey,
      queryFn,
      staleTime: Number.POSITIVE_INFINITY,
      ...(meta && { meta }),
    })
    observer.subscribe(() => undefined)
    await vi.advanceTimersByTimeAsync(0)
    return name
  }
  const connections: Calls[] = []
  let left = 0
  const subscription = {
    subscribe(_input: undefined, calls: Calls) {
      connections.push(calls)
      return { unsubscribe: () => void left++ }
    },
  }
  return {
    show,
    connections,
    left: () => left,
    follow: (pathOf?: (key: readonly unknown[]) => string | undefined) =>
      followInvalidations({ queryClient, subscription, pathOf }),
    /** What is fetched anew for an event. */
    hear: async (event: InvalidationEvent) => {
      fetches.length = 0
      connections.at(-1)?.onData(event)
      await vi.advanceTimersByTimeAsync(0)
      return fetches.toSorted((left, right) => left.localeCompare(right))
    },
  }
}

test('an event concerns the queries of its paths and with its tags, and none that is not tRPC`s', async () => {
  const { show, follow, hear } = page()
  const list = await show([['posts', 'list'], { type: 'query' }])
  const one = await show([['posts', 'one'], { input: { id: 7 }, type: 'query' }], { tags: ['post:7'] })
  const two = await show([['app'], ['posts', 'one'], { input: { id: 8 }, type: 'query' }], { tags: ['post:8'] })
  const users = await show([['users', 'list'], { type: 'query' }], { tags: [] })
  await show(['weather'])
  const stop = follow()
  const invalidated = (tags: string[], paths: string[]) => hear({ type: 'invalidated', tags, paths })
  const sorted = (...names: string[]) => names.toSorted((left, right) => left.localeCompare(right))
  expect(await invalidated(['post:7'], [])).toEqual(sorted(list, one))
  expect(await invalidated([], ['posts.one'])).toEqual(sorted(one, two))
  expect(await invalidated([], ['posts'])).toEqual(sorted(list, one, two))
  expect(await invalidated([], ['post', 'posts.on'])).toEqual([])
  expect(await invalidated(['post:8'], ['users'])).toEqual(sorted(list, two, users))
  expect(await hear({ type: 'all' })).toEqual(sorted(list, one, two, users))
  expect(await hear({ type: 'start' })).toEqual(sorted(list, one, two, users))
  stop()
})

test('a connection that ends is made anew, after a pause that grows until it holds, and begins by trusting nothing', async () => {
  const { show, follow, hear, connections, left } = page()
  const list = await show([['posts', 'list'], { type: 'query' }])
  const stop = follow()
  expect(connections).toHaveLength(1)
  connections[0]?.onError(new Error('refused'))
  connections[0]?.onComplete()
  await vi.advanceTimersByTimeAsync(999)
  expect(connections).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(connections).toHaveLength(2)
  connections[1]?.onError(new Error('refused'))
  await vi.advanceTimersByTimeAsync(1_999)
  expect(connections).toHaveLength(2)
  await vi.advanceTimersByTimeAsync(1)
  expect(connections).toHaveLength(3)
  expect(await hear({ type: 'start' })).toEqual([list])
  connections[2]?.onComplete()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(connections).toHaveLength(4)
  stop()
  expect(left()).toBe(1)
  connections[3]?.onComplete()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(connections).toHaveLength(4)
})

test('keys of another shape are read by `pathOf`', async () => {
  const { show, follow, hear } = page()
  const own = await show(['rpc', 'posts.list'])
  const stop = follow(([kind, path]) => (kind === 'rpc' && typeof path === 'string' ? path : undefined))
  expect(await hear({ type: 'invalidated', tags: [], paths: ['posts'] })).toEqual([own])
  stop()
})
