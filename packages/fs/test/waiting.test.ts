/** Steps that wait for the lock: how long, how many, and what becomes of them when it cannot be had. */
import { linkSync, readdirSync, unlinkSync } from 'node:fs'
import { Gate } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Holding, Turn } from '../src/holding.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { Slice } from '../src/slice.ts'
import { StepQueue } from '../src/step-queue.ts'
import { newDirectory } from './stores.ts'

function opened() {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => store.sections.close())
  return store
}

/** Until then figures in doubt are counted behind. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
}

test('where the lock fails, the steps that have gathered fail, and later ones are taken', async () => {
  const store = opened()
  const run = async () => store.sections.run(undefined, 0, () => 'taken')
  const first = run()
  vi.spyOn(store.counts, 'load').mockImplementationOnce(() => {
    throw new Error('EIO')
  })
  const [second, third] = await Promise.allSettled([run(), run()])
  expect(await first).toBe('taken')
  for (const each of [second, third]) expect(each).toMatchObject({ status: 'rejected', reason: { message: 'EIO' } })
  expect(await run()).toBe('taken')
})

test('ten thousand steps wait for another process, and no more', async () => {
  const store = opened()
  const { lock, holders } = store.layout
  const [own = ''] = readdirSync(holders)
  linkSync(`${holders}/${own}`, lock)
  let takenCount = 0
  const run = async () => store.sections.run(undefined, 0, () => takenCount++)
  const waiting = Array.from({ length: 10_000 }, run)
  await expect(run()).rejects.toThrow(/10000 steps wait/)
  unlinkSync(lock)
  await Promise.all(waiting)
  expect(takenCount).toBe(10_000)
})

test('who waits for a lock that is had now and then is not given up', () => {
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  onTestFinished(() => clock.mockRestore())
  const queue = new StepQueue()
  const push = () => {
    const reject = vi.fn()
    queue.push({ shard: 0, nowMs: 0, key: undefined, run() {}, overtake() {}, resolve() {}, reject })
    return reject
  }
  const [first, second] = [push(), push()]
  nowMs = 5_000
  const third = push()
  queue.giveUp(4_000, 2_000)
  for (const reject of [first, second, third]) expect(reject).not.toHaveBeenCalled()
  queue.giveUp(1_000, 2_000)
  expect([first, second, third].map((reject) => reject.mock.calls.length)).toEqual([1, 1, 0])
  expect(queue.length).toBe(1)
})

test('steps of which the figures cannot be written down fail, and what they concern is counted again', async () => {
  const store = opened()
  await settled()
  const first = Promise.resolve(store.sections.run(undefined, 0, () => undefined))
  vi.spyOn(store.counts, 'save').mockImplementationOnce(() => {
    throw new Error('EIO')
  })
  const add = async (shard: number) =>
    store.sections.run(shard, 0, ({ counts }) => counts.add(shard, { entryCount: 3 }))
  const both = await Promise.allSettled([add(8), add(9)])
  await first
  for (const each of both) expect(each).toMatchObject({ status: 'rejected', reason: { message: 'EIO' } })
  const isSure = await store.sections.run(undefined, 0, ({ counts }) => [counts.isSure(8), counts.isSure(9)])
  expect(isSure).toEqual([false, false])
})

test('of a step that fails the shard is counted again, whether or not it came to change its figures', async () => {
  const store = opened()
  await settled()
  const fail = () => {
    throw new Error('EIO')
  }
  await expect(Promise.resolve().then(() => store.sections.run(5, 0, fail))).rejects.toThrow('EIO')
  expect(await store.sections.run(undefined, 0, ({ counts }) => [counts.isSure(5), counts.isSure(6)])).toEqual([
    false,
    true,
  ])
})

test('however short a slice, a step is taken in it, and a reader is told when the last one before it has been', async () => {
  const queue = new StepQueue()
  const takenAt: number[] = []
  const step = (at: number) => ({
    shard: 0,
    nowMs: 0,
    key: undefined,
    run: () => void takenAt.push(at),
    overtake() {},
    resolve() {},
    reject() {},
  })
  for (const at of [1, 2]) queue.push(step(at))
  let isTold = false
  void queue.settled().then(() => {
    isTold = true
  })
  const turn = {} as Turn
  const holding: Pick<Holding, 'do' | 'end'> = { do: (_shard, _nowMs, run) => run(turn), end: () => undefined }
  for (const seen of [false, true]) {
    queue.take(holding as Holding, new Slice(0))
    await Promise.resolve()
    expect(isTold).toBe(seen)
  }
  expect(takenAt).toEqual([1, 2])
})

test('through a gate go as many as it is wide, also when others come while some leave', async () => {
  const gate = new Gate(2)
  let [insideCount, most] = [0, 0]
  const pass = () =>
    gate.pass(async () => {
      most = Math.max(most, ++insideCount)
      for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
      insideCount--
    })
  const passing: Promise<void>[] = []
  for (let at = 0; at < 20; at++) {
    passing.push(pass(), pass())
    await new Promise(setImmediate)
  }
  await Promise.all(passing)
  expect(most).toBe(2)
})
