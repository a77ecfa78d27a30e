/** What a page is told of a run: figures that add up, at a bearable pace, and a time left that can be believed. */
import {
  type Cache,
  createCache,
  createWarmer,
  type Warmer,
  type WarmerOptions,
  type WarmProgress,
  type WarmTask,
} from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { TimeLeft } from '../src/warmer/time-left.ts'
import { turn } from './held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock })
})

/** A task whose load takes so long by the fake clock. */
function slowTask(key: string, loadMs: number): WarmTask {
  return { key, loader: () => new Promise<string>((resolve) => clock.schedule(loadMs, () => resolve(key))) }
}

function slowTasks(count: number, loadMs: number): WarmTask[] {
  return Array.from({ length: count }, (_, at) => slowTask(`task ${at}`, loadMs))
}

/** Lets time pass in steps, so that what becomes possible in between happens in between. */
async function pass(durationMs: number, stepMs = 100): Promise<void> {
  await turns(3)
  for (let passedMs = 0; passedMs < durationMs; passedMs += stepMs) {
    clock.advanceMs(stepMs)
    await turns(3)
  }
}

async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn()
}

/** A run that has begun, and what it tells. */
async function begin(options: Omit<WarmerOptions, 'clock'>) {
  const warmer = createWarmer(cache, { clock, ...options })
  const told: WarmProgress[] = []
  warmer.on('progress', (progress) => told.push(progress))
  const report = warmer.run()
  await turns(10)
  return { warmer, told, report }
}

function leftMs(warmer: Warmer): number {
  return warmer.status().running?.estimatedLeftMs ?? Number.NaN
}

test('events add up from the first to the last, are plain JSON, and name what loads now', async () => {
  await cache.set('there', 1)
  const failing = { key: ['panel', 7n], name: 'totals of 2001', loader: () => Promise.reject(new Error('no')) }
  const tasks = [{ key: 'there', loader: () => 1 }, failing, ...slowTasks(3, 1_000)]
  const startedAtMs = clock.nowMs()
  const { told, report } = await begin({ tasks, concurrency: 2 })
  await pass(2_000)
  await report
  for (const progress of told) {
    const { done, warmed, alreadyThere, unstored, failed, current, total } = progress
    expect(done).toBe(warmed + alreadyThere + unstored + failed)
    expect(done + current.length).toBeLessThanOrEqual(total ?? 0)
    expect(JSON.parse(JSON.stringify(progress))).toEqual(progress)
  }
  const first = { trigger: 'run', startedAtMs, done: 0, total: 5, current: [], elapsedMs: 0 }
  expect(told[0]).toMatchObject(first)
  expect(told[1]).toMatchObject({ done: 2, alreadyThere: 1, failed: 1, current: ['task 0', 'task 1'], elapsedMs: 200 })
  expect(told.at(-1)).toMatchObject({ done: 5, warmed: 3, current: [], elapsedMs: 2_000, estimatedLeftMs: 0 })
})

test('at most five events a second, however many tasks end, and one when none does', async () => {
  const { told } = await begin({ tasks: [...slowTasks(300, 10), slowTask('long', 10_000)], concurrency: 1 })
  await pass(1_000, 10)
  expect(told.map(({ elapsedMs }) => elapsedMs)).toEqual([0, 200, 400, 600, 800, 1_000])
  await pass(2_400, 10)
  const quietFromMs = 3_200
  await pass(5_000)
  const quiet = told.map(({ elapsedMs }) => elapsedMs).filter((elapsedMs) => elapsedMs > quietFromMs)
  expect(quiet).toEqual([4_200, 5_200, 6_200, 7_200, 8_200])
})

test('time left is told once two loads have ended, and is right to a tenth while the source keeps its pace', async () => {
  const { told, report } = await begin({ tasks: slowTasks(20, 1_000), concurrency: 2 })
  await pass(10_000)
  await report
  for (const { elapsedMs, estimatedLeftMs } of told) {
    if (elapsedMs < 1_000) expect(estimatedLeftMs).toBeUndefined()
    if (elapsedMs > 1_000) expect(Math.abs((estimatedLeftMs ?? 0) - (10_000 - elapsedMs))).toBeLessThan(1_000)
  }
})

test('time left knows that some values will be there, and that those take no time', async () => {
  const loads = slowTasks(40, 500)
  const tasks = loads.flatMap((task, at) => [task, { key: `there ${at}`, loader: () => 1 }])
  await cache.setMany(loads.map((_, at) => [`there ${at}`, 1]))
  const { warmer } = await begin({ tasks, concurrency: 4 })
  await pass(400)
  expect(leftMs(warmer)).toBeNaN()
  await pass(1_600)
  expect(Math.abs(leftMs(warmer) - 3_000)).toBeLessThan(1_000)
})

test('time left follows a source that slows down', async () => {
  const tasks = [...slowTasks(40, 500), ...slowTasks(80, 2_000).slice(40)]
  const { warmer } = await begin({ tasks, concurrency: 4 })
  await pass(15_000)
  // The 40 quick ones took 5 s; 20 of the slow ones are left, 4 at a time.
  expect(Math.abs(leftMs(warmer) - 10_000)).toBeLessThan(2_000)
})

test('time left does not jump where quick and slow tasks take turns', async () => {
  const tasks = Array.from({ length: 60 }, (_, at) => slowTask(`${at}`, at % 2 === 0 ? 200 : 1_800))
  const { warmer } = await begin({ tasks, concurrency: 1 })
  await pass(6_000)
  const steps: number[] = []
  for (let before = leftMs(warmer); steps.length < 100; before = leftMs(warmer)) {
    await pass(200)
    steps.push(Math.abs(leftMs(warmer) - before))
  }
  expect(Math.max(...steps)).toBeLessThan(2_000)
})

test('time left is not taken from the quick tasks alone, though they end first', async () => {
  const tasks = slowTasks(60, 100).map((task, at) => (at % 4 === 0 ? slowTask(`long ${at}`, 4_000) : task))
  const { warmer } = await begin({ tasks, concurrency: 4 })
  await pass(4_000)
  // A fourth of its time is over: 15 of 4 s and 45 of 100 ms take 16 s by 4.
  expect(leftMs(warmer)).toBeGreaterThan(8_000)
})

test('no number of slots makes the last load shorter', () => {
  const timeLeft = new TimeLeft()
  timeLeft.note(1_000)
  timeLeft.note(1_000)
  expect(timeLeft.tell({ waitingCount: 0, agesMs: [0], slotCount: 4 }, 1_000)).toBe(1_000)
})

test('how many there are, and how long it takes, is not told before an async list has ended', async () => {
  async function* listed() {
    yield* slowTasks(6, 1_000)
  }
  const { told, report } = await begin({ tasks: listed(), concurrency: 2 })
  await pass(4_000)
  await report
  const before = told.filter(({ elapsedMs }) => elapsedMs < 2_000)
  expect(before.map(({ total, estimatedLeftMs }) => [total, estimatedLeftMs])).toEqual(
    before.map(() => [undefined, undefined]),
  )
  expect(told.at(-1)).toMatchObject({ total: 6, done: 6, estimatedLeftMs: 0 })
})

test('a page that comes in the middle sees what the last event said', async () => {
  const { warmer, told } = await begin({ tasks: slowTasks(10, 300) })
  await pass(400)
  expect(warmer.status()).toEqual({ running: told.at(-1), last: undefined, nextAtMs: undefined })
})

test('a run that ends early tells the end once, without a time left', async () => {
  const { warmer, told } = await begin({ tasks: slowTasks(10, 100), concurrency: 1 })
  const ends: string[] = []
  warmer.on('end', ({ outcome }) => ends.push(outcome))
  await pass(300)
  warmer.cancel()
  await pass(2_000)
  expect(ends).toEqual(['cancelled'])
  expect(told.at(-1)).toMatchObject({ done: 3, current: [], estimatedLeftMs: undefined, elapsedMs: 300 })
})

test('listeners that throw, now or later, are told of and hurt nothing; one that has left hears nothing', async () => {
  const warmer = createWarmer(cache, { tasks: slowTasks(1, 100), clock })
  const faults: unknown[] = []
  warmer.on('end', () => {
    throw new Error('now')
  })
  warmer.on('end', () => Promise.reject(new Error('later')) as never)
  warmer.on('fault', ({ operation, error }) => {
    faults.push(`${operation}: ${String(error)}`)
    throw new Error('again')
  })
  const leave = warmer.on('progress', () => faults.push('heard'))
  leave()
  const report = warmer.run()
  await pass(100)
  expect(await report).toMatchObject({ outcome: 'completed', warmed: 1 })
  expect(faults).toEqual(['listener: Error: now', 'listener: Error: later'])
})

test('a run begun by a listener of the end is a new one', async () => {
  const warmer = createWarmer(cache, { tasks: slowTasks(1, 100), clock })
  const reports: unknown[] = []
  const leave = warmer.on('end', () => {
    leave()
    void warmer.run().then(({ alreadyThere }) => reports.push(alreadyThere))
  })
  void warmer.run()
  await pass(300)
  expect(reports).toEqual([1])
})

test('setting the clock changes neither the time that has passed nor the limit', async () => {
  let tickMs = 0
  const steady = { ...clock, tickMs: () => tickMs }
  const warmer = createWarmer(cache, { tasks: slowTasks(1, 60_000), timeLimit: '1s', clock: steady })
  const report = warmer.run()
  await pass(500)
  tickMs += 500
  clock.jumpToMs(clock.nowMs() - 86_400_000)
  expect(warmer.status().running).toMatchObject({ elapsedMs: 500 })
  clock.jumpToMs(clock.nowMs() + 2 * 86_400_000)
  tickMs += 500
  clock.advanceMs(500)
  expect(await report).toMatchObject({ outcome: 'timed-out', elapsedMs: 1_000 })
})
