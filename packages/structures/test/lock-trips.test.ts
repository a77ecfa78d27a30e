/** How often a lock asks its store: once to be taken and once to be given back where nobody disputes it, and never is anybody refused unasked. */
import type { Backend, Spaces } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'
import { createLock } from '../src/index.ts'

let backend: Backend
let calls: string[]
beforeEach(() => {
  backend = memoryBackend({ maxEntries: 1 })
  calls = []
})

/** The same spaces, of which every trip is noted, and those that others are told of. */
function noted(): Backend {
  const { spaces } = backend
  if (spaces === undefined) throw new Error('it has spaces')
  const own: Spaces = {
    get(...call) {
      calls.push('get')
      return spaces.get(...call)
    },
    scan: (...call) => spaces.scan(...call),
    count: (...call) => spaces.count(...call),
    commit(space, commit, nowMs) {
      calls.push(commit.isTold ? 'told commit' : 'commit')
      return spaces.commit(space, commit, nowMs)
    },
    watch: (...call) => spaces.watch(...call),
    names: () => spaces.names(),
    drop: (...call) => spaces.drop(...call),
  }
  return new Proxy(backend, { get: (target, name): unknown => (name === 'spaces' ? own : Reflect.get(target, name)) })
}

test('where nobody disputes it, each way is one commit, whoever had it before', async () => {
  const [mine, other] = [createLock(noted(), 'l'), createLock(noted(), 'l')]
  let fence = 0
  for (const lock of [mine, mine, other, mine]) {
    calls.length = 0
    const permit = await lock.acquire()
    expect(await permit.release()).toBe(true)
    expect(calls).toEqual(['commit', 'commit'])
    expect(permit.fence).toBeGreaterThan(fence)
    fence = permit.fence
  }
  expect(await mine.stats()).toEqual({ holders: 0, waiting: 0 })
})

test('what was known of it is no reason to refuse it, nor to give it', async () => {
  const [mine, other] = [createLock(noted(), 'l'), createLock(noted(), 'l')]
  const first = await other.acquire()
  expect(await mine.tryAcquire()).toBe(undefined)
  await first.release()
  // As it knows it, somebody holds it still.
  const second = await mine.tryAcquire()
  expect(second?.isHeld).toBe(true)
  await second?.release()
  const third = await other.acquire()
  // As it knows it, nobody does.
  expect(await mine.tryAcquire()).toBe(undefined)
  await third.release()
})

test('who has crashed costs one look more, and his late release gives nothing away', async () => {
  const clock = createFakeClock()
  const [mine, other] = [
    createLock(noted(), 'l', { clock, ttl: 300 }),
    createLock(noted(), 'l', { clock: createFakeClock(), ttl: 300 }),
  ]
  const lost = await other.acquire()
  clock.jumpToMs(clock.nowMs() + 300)
  calls.length = 0
  const permit = await mine.acquire()
  expect(calls).toEqual(['commit', 'commit'])
  expect(await lost.release()).toBe(false)
  expect(await mine.stats()).toEqual({ holders: 1, waiting: 0 })
  expect(await permit.release()).toBe(true)
})

test('a release is told where somebody waits', async () => {
  const clock = createFakeClock()
  const [mine, other] = [createLock(noted(), 'l', { clock }), createLock(noted(), 'l', { clock })]
  const permit = await mine.acquire()
  const next = other.acquire()
  await expect.poll(async () => (await mine.stats()).waiting).toBe(1)
  calls.length = 0
  await permit.release()
  expect(calls[0]).toBe('commit')
  expect(calls).toContain('told commit')
  await (await next).release()
})
