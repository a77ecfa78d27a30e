/** Jobs that are done quickly are pulled and acknowledged together, and nobody pays for it who has a slow one, or one that kills. */
import type { Backend, SpaceCommit, Spaces } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test, vi } from 'vitest'
import { createQueue } from '../src/index.ts'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

const VISIBILITY_MS = 30_000
let backend: Backend
let commits: SpaceCommit[]
beforeEach(() => {
  backend = memoryBackend({ maxEntries: 1 })
  commits = []
})

/** The same spaces, of which all commits are noted, until the process that they are of is killed. */
function watched(life = { isOver: false }): Backend {
  const { spaces } = backend
  if (spaces === undefined) throw new Error('it has spaces')
  const own: Spaces = {
    get: (...call) => spaces.get(...call),
    scan: (...call) => spaces.scan(...call),
    count: (...call) => spaces.count(...call),
    commit(space, commit, nowMs) {
      if (life.isOver) return new Promise(() => undefined)
      commits.push(commit)
      return spaces.commit(space, commit, nowMs)
    },
    watch: (...call) => spaces.watch(...call),
    names: () => spaces.names(),
    drop: (...call) => spaces.drop(...call),
  }
  return new Proxy(backend, { get: (target, name): unknown => (name === 'spaces' ? own : Reflect.get(target, name)) })
}

function numbers(count: number): { readonly value: number }[] {
  return Array.from({ length: count }, (_, value) => ({ value }))
}

for (const [together, most] of [
  [undefined, 20],
  // One transaction each: what is done is acknowledged with the pull of the next.
  [1, 203],
] as const) {
  test(`200 quick jobs, ${together ?? 'as many as it likes'} at a time, take up to ${most} commits, in their order`, async () => {
    const queue = createQueue<number>(watched(), 'q')
    await queue.pushMany(numbers(200))
    commits.length = 0
    const stop = new AbortController()
    const seen: number[] = []
    const handle = ({ value }: { readonly value: number }): void => {
      if (seen.push(value) === 200) stop.abort()
    }
    await queue.work(handle, { signal: stop.signal, ...(together === undefined ? {} : { together }) })
    expect(seen).toEqual(numbers(200).map(({ value }) => value))
    expect(commits.length).toBeLessThanOrEqual(most)
    expect(await queue.check()).toMatchObject({ jobs: 0, wrong: 0, unpaired: 0 })
  })
}

test('jobs that are iterated are pulled together, and those that were not begun go back at the end', async () => {
  const queue = createQueue<number>(watched(), 'q')
  await queue.pushMany(numbers(100))
  commits.length = 0
  let count = 0
  for await (const job of queue.jobs()) {
    expect(job.value).toBe(count)
    await job.ack()
    if (++count === 50) break
  }
  const pulls = commits.filter(({ changes }) => changes.some((change) => change.do === 'move'))
  expect(pulls.length).toBeLessThan(10)
  expect(await queue.stats()).toEqual({ ready: 50, waiting: 0, dead: 0 })
  expect(await queue.pull()).toMatchObject({ value: 50, tries: 1 })
})

test('what lies behind a slow job goes to others after a moment, as if it had not been pulled', async () => {
  const clock = createFakeClock()
  const queue = createQueue<number>(watched(), 'q', { clock, visibility: VISIBILITY_MS })
  await queue.pushMany(numbers(100))
  const stop = new AbortController()
  const gate = Promise.withResolvers<void>()
  let begun = 0
  const handle = ({ value }: { readonly value: number }): Promise<void> | undefined => {
    begun++
    return value === 40 ? gate.promise : undefined
  }
  const working = queue.work(handle, { signal: stop.signal })
  await vi.waitFor(async () => expect((await queue.stats()).waiting).toBeGreaterThan(1), SOON)
  expect(begun).toBe(41)
  const others = createQueue<number>(backend, 'q', { clock })
  const behind = (await others.peek())[0]?.value ?? 0
  expect(behind).toBeGreaterThan(41)
  clock.advanceMs(20)
  await vi.waitFor(async () => expect(await queue.stats()).toEqual({ ready: 59, waiting: 1, dead: 0 }), SOON)
  expect(await others.pull()).toMatchObject({ value: 41, tries: 1 })
  stop.abort()
  gate.resolve()
  await working
  expect(await queue.size()).toBe(59)
})

test('what lies here for longer than its visibility, as the event loop stood still, is not begun: it may be somebody else’s', async () => {
  const clock = createFakeClock()
  const queue = createQueue<number>(watched(), 'q', { clock, visibility: VISIBILITY_MS })
  await queue.pushMany(numbers(100))
  const stop = new AbortController()
  const tries: number[] = []
  const handle = ({ value, tries: count }: { readonly value: number; readonly tries: number }): void => {
    tries[value] = count
    // Time passes, and no timer runs.
    if (value === 40 && count === 1) clock.jumpToMs(clock.nowMs() + VISIBILITY_MS)
    if (tries.length === 100) stop.abort()
  }
  await queue.work(handle, { signal: stop.signal })
  expect(tries[39]).toBe(1)
  expect(tries[41]).toBe(2)
  expect(tries[99]).toBe(1)
})

test('a job that kills its workers goes to the dead letters alone', async () => {
  const clock = createFakeClock()
  const others = createQueue<string>(backend, 'q', { clock, visibility: VISIBILITY_MS, maxTries: 3 })
  const done: string[] = []
  let mostTries = 0
  const workUntilKilled = async (): Promise<void> => {
    const life = { isOver: false }
    const queue = createQueue<string>(watched(life), 'q', { clock, visibility: VISIBILITY_MS, maxTries: 3 })
    const killed = Promise.withResolvers<void>()
    const stop = new AbortController()
    void queue
      .work(
        ({ value, tries }) => {
          if (value === 'kills') {
            life.isOver = true
            killed.resolve()
            return new Promise(() => undefined)
          }
          mostTries = Math.max(mostTries, tries)
          done.push(value)
          if (value === 'last') stop.abort()
          return undefined
        },
        { signal: stop.signal },
      )
      .then(killed.resolve)
    await killed.promise
  }
  const fellows = Array.from({ length: 60 }, (_, at) => `fellow ${at}`)
  await others.pushMany([...fellows.slice(0, 30), 'kills', ...fellows.slice(30)].map((value) => ({ value })))
  for (let death = 0; death < 3; death++) {
    // A worker that has got into its stride when what the one before left comes back.
    await others.pushMany(Array.from({ length: 30 }, () => ({ value: 'quick', priority: 1 })))
    await workUntilKilled()
    clock.advanceMs(VISIBILITY_MS)
  }
  await others.push('last', { priority: -1 })
  await workUntilKilled()
  expect(await others.stats()).toEqual({ ready: 0, waiting: 0, dead: 1 })
  for await (const { value, tries } of others.deadLetters) expect([value, tries]).toEqual(['kills', 3])
  for (const fellow of fellows) expect(done).toContain(fellow)
  // What lay behind it has lost one try, and none a second one.
  expect(mostTries).toBe(2)
})

test('where there is but one try, none is lost for having lain ahead of somebody who was killed', async () => {
  const clock = createFakeClock()
  const life = { isOver: false }
  const options = { clock, visibility: VISIBILITY_MS, maxTries: 1 }
  const queue = createQueue<number>(watched(life), 'q', options)
  await queue.pushMany(numbers(100))
  const killed = Promise.withResolvers<void>()
  const begun: number[] = []
  const handle = ({ value }: { readonly value: number }): Promise<void> | undefined => {
    begun.push(value)
    if (begun.length < 50) return undefined
    life.isOver = true
    killed.resolve()
    return new Promise(() => undefined)
  }
  void queue.work(handle)
  await killed.promise
  clock.advanceMs(VISIBILITY_MS)
  const others = createQueue<number>(backend, 'q', options)
  expect((await others.pullMany(100)).map(({ value }) => value)).toEqual(
    numbers(100)
      .slice(50)
      .map(({ value }) => value),
  )
})

test('an acknowledgement and a pull that are asked for at the same moment are one commit', async () => {
  const queue = createQueue<number>(watched(), 'q')
  await queue.pushMany(numbers(3))
  let job = await queue.pull()
  commits.length = 0
  for (const value of [1, 2]) {
    const [isDone, next] = await Promise.all([job?.ack(), queue.pull()])
    expect([isDone, next?.value]).toEqual([true, value])
    job = next
  }
  expect(commits.length).toBe(2)
})

test('an acknowledgement that comes too late is told so, and takes no other along', async () => {
  const clock = createFakeClock()
  const queue = createQueue<number>(backend, 'q', { clock, visibility: 1_000 })
  await queue.pushMany(numbers(4))
  const [late] = await queue.pullMany(1)
  clock.advanceMs(500)
  const [inTime] = await queue.pullMany(1)
  clock.advanceMs(500)
  // Somebody has looked since.
  expect(await createQueue<number>(backend, 'q', { clock }).pull()).toMatchObject({ value: 0, tries: 2 })
  const acks = Promise.all([late?.ack(), inTime?.ack()])
  await Promise.resolve().then(() => undefined)
  const next = queue.pull()
  expect(await acks).toEqual([false, true])
  expect(await next).toMatchObject({ value: 2 })
  expect(await queue.check()).toMatchObject({ jobs: 3, wrong: 0 })
})
