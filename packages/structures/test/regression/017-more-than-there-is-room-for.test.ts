/** A sum that overflowed was kept as Infinity for good; a queue that had become too long by thousands dropped them in one commit of more changes than one may have. */
import { MAX_COMMIT_CHANGES, type SpaceCommit, UsageError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createAverager, createCounter, createQueue } from '@stowage/structures'
import { expect, test, vi } from 'vitest'
import { describeBackends } from '../backends.ts'

describeBackends((kind) => {
  test('what would overflow is refused, and leaves the sum as it was', async () => {
    await using store = await kind.create()
    const backend = store.open()
    const counter = createCounter(backend, 'calls')
    await counter.set(-Number.MAX_VALUE)
    await expect(counter.add(-1e300)).rejects.toThrow(UsageError)
    await expect(counter.add(-1e300)).rejects.toThrow(
      /^add: -1e\+300 to what counter:calls has come to is more than a number can tell; allowed: sums up to 1.797/,
    )
    expect(await counter.get()).toBe(-Number.MAX_VALUE)
    const averager = createAverager(backend, 'latency')
    await averager.add(Number.MAX_VALUE)
    await expect(averager.add(Number.MAX_VALUE)).rejects.toThrow(UsageError)
    expect(await averager.get()).toEqual({ total: Number.MAX_VALUE, count: 1, mean: Number.MAX_VALUE })
  })

  test('a queue that may be shorter now drops its oldest in commits of what one may do', async () => {
    await using store = await kind.create()
    const backend = store.open()
    const spaces = backend.spaces
    if (spaces === undefined) throw new Error('no spaces')
    const long = createQueue<number>(backend, 'jobs')
    await long.pushMany(Array.from({ length: 2_500 }, (_, value) => ({ value, id: `job ${value}` })))
    const commit = vi.spyOn(spaces, 'commit')
    const short = createQueue<number>(backend, 'jobs', { maxLength: 2, whenFull: 'drop-oldest' })
    expect(await short.push(2_500, { id: 'last' })).toEqual({ outcome: 'pushed', id: 'last' })
    const commits = commit.mock.calls.map(([, asked]: [string, SpaceCommit, number]) => asked.changes.length)
    expect(Math.max(...commits)).toBeLessThanOrEqual(MAX_COMMIT_CHANGES)
    expect(await short.size()).toBe(2)
    expect((await short.pullMany(3)).map(({ value }) => value)).toEqual([2_499, 2_500])
    expect((await long.push(0, { id: 'job 1' })).outcome).toBe('pushed')
    expect(await short.check()).toMatchObject({ jobs: 3, unpaired: 0, wrong: 0 })
  })
})

test('a shorter queue refuses where too few are ready to go, and drops none', async () => {
  const backend = memoryBackend({ maxEntries: 1 })
  const long = createQueue<number>(backend, 'jobs')
  await long.pushMany(Array.from({ length: 2_500 }, (_, value) => ({ value })))
  await long.pullMany(500)
  const short = createQueue<number>(backend, 'jobs', { maxLength: 100, whenFull: 'drop-oldest' })
  expect(await short.push(1)).toEqual({ outcome: 'refused', reason: 'full' })
  expect(await short.stats()).toMatchObject({ ready: 2_000, waiting: 500 })
})
