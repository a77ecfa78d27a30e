/** Several processes on one file. */
import { expect, test } from 'vitest'
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

test('four at full speed, all operations mixed: no error, no wrong value, and the file adds up', {
  timeout: 60_000,
}, async () => {
  const path = newPath()
  const workers = await startWorkers(path, 4)
  const wrong = await Promise.all(workers.map((worker, at) => worker.do({ do: 'mix', seed: at + 1, count: 3_000 })))
  expect(wrong).toEqual([[], [], [], []])
  expectConsistent(path)
  for (const worker of workers) await worker.do({ do: 'close' })
  expectConsistent(path)
})
