/** Several processes on one file. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { HerdAnswer } from './fixtures/orders.ts'
import { expectConsistent } from './inspection.ts'
import { newPath } from './stores.ts'
import { startWorkers } from './workers.ts'

test("each sees the others' writes and invalidations as soon as they are done", async () => {
  const [one, two, three] = await startWorkers(newPath(), 3)
  await one.do({ do: 'set', key: 'key', value: 1, tags: ['t'] })
  await two?.do({ do: 'set', key: 'other', value: 2, tags: ['t'] })
  for (const worker of [one, two, three]) {
    expect(await worker?.do({ do: 'get', key: 'key' })).toBe(1)
    expect(await worker?.do({ do: 'get', key: 'other' })).toBe(2)
  }
  await three?.do({ do: 'invalidate', target: { tags: ['t'] } })
  for (const worker of [one, two, three]) expect(await worker?.do({ do: 'get', key: 'key' })).toBe('miss: invalidated')
  await two?.do({ do: 'set', key: 'key', value: 3 })
  await one.do({ do: 'invalidate', target: { all: true } })
  for (const worker of [one, two, three]) expect(await worker?.do({ do: 'get', key: 'key' })).toMatch(/^miss/)
})

test('of four that ask for a key exclusively at once, one gets it', async () => {
  const workers = await startWorkers(newPath(), 4)
  for (let round = 0; round < 20; round++) {
    const order = { do: 'lease exclusively', key: `key ${round}` } as const
    const given = await Promise.all(workers.map((worker) => worker.do(order)))
    expect(given.filter(Boolean)).toHaveLength(1)
  }
})

test('eight at full speed, 10,000 operations of all kinds each: no error, no wrong value, a clean end', {
  timeout: 120_000,
}, async () => {
  const path = newPath()
  const workers = await startWorkers(path, 8)
  const wrong = await Promise.all(workers.map((worker, at) => worker.do({ do: 'mix', seed: at + 1, count: 10_000 })))
  expect(wrong).toEqual(Array.from({ length: 8 }, () => []))
  expectConsistent(path)
  const [last, ...others] = workers
  for (const worker of others) worker.tell({ do: 'leave' })
  expect(await Promise.all(others.map((worker) => worker.ended()))).toEqual(others.map(() => 0))
  // Two that leave in the same moment may each take the other for the one that stays.
  last.tell({ do: 'leave' })
  expect(await last.ended()).toBe(0)
  for (const part of ['-wal', '-shm']) expect(existsSync(path + part), 'left by the last one').toBe(false)
  expectConsistent(path)
})

test('eight that begin one cache of eight files in the same moment all come up', async () => {
  const workers = await startWorkers(newPath(), 8, { shards: 8 })
  await Promise.all(workers.map((worker, at) => worker.do({ do: 'set', key: `key ${at}`, value: at })))
  expect(await workers[0].do({ do: 'get', key: 'key 7' })).toBe(7)
})

test('four with 250 callers each ask for a cold key: one load, one value', async () => {
  const workers = await startWorkers(newPath(), 4)
  for (const key of ['one', 'two', 'three']) {
    const order = { do: 'herd', key, callerCount: 250 } as const
    const answers = await Promise.all(workers.map((worker) => worker.do(order)))
    const herds = answers.map((answer) => JSON.parse(String(answer)) as HerdAnswer)
    expect(herds.map(({ loadCount }) => loadCount).reduce((sum, count) => sum + count)).toBe(1)
    const values = new Set(herds.flatMap((herd) => herd.values))
    expect(values.size).toBe(1)
  }
})
