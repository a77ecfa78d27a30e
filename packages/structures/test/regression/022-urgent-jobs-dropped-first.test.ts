/** Regression: a full queue that drops its oldest jobs dropped the most urgent one first, as it looked for them in the order in which they are pulled. */
import { createFakeClock } from '@stowage/core/testing'
import { createQueue, type Queue } from '@stowage/structures'
import { expect, test } from 'vitest'
import { describeBackends } from '../backends.ts'

const FULL = { outcome: 'refused', reason: 'full' }

async function kept(queue: Queue<string>): Promise<string[]> {
  return (await queue.peek(100)).map(({ value }) => value)
}

describeBackends((kind) => {
  test('those of the lowest priority go first, and of these the oldest', async () => {
    await using store = await kind.create()
    const queue = createQueue<string>(store.open(), 'jobs', { maxLength: 3, whenFull: 'drop-oldest' })
    for (const value of ['a', 'b']) await queue.push(value)
    await queue.push('urgent', { priority: 100, id: 'urgent' })
    for (const value of ['c', 'd']) await queue.push(value)
    expect(await kept(queue)).toEqual(['urgent', 'c', 'd'])
    await queue.pushMany([
      { value: 'e', priority: 1 },
      { value: 'f', priority: 1 },
    ])
    expect(await kept(queue)).toEqual(['urgent', 'e', 'f'])
    expect(await queue.push('again', { id: 'urgent' })).toEqual({ outcome: 'duplicate', id: 'urgent' })
  })

  test('several priorities go together, from the lowest up', async () => {
    await using store = await kind.create()
    const queue = createQueue<string>(store.open(), 'jobs', { maxLength: 5, whenFull: 'drop-oldest' })
    const priorities = [-1_000, 7, 0, 7, 0]
    await queue.pushMany(priorities.map((priority, at) => ({ value: `${priority} ${at}`, priority, id: `id ${at}` })))
    await queue.pushMany(['x', 'y', 'z', '!'].map((value) => ({ value, priority: 1_000 })))
    expect(await kept(queue)).toEqual(['x', 'y', 'z', '!', '7 3'])
    expect(await queue.check()).toMatchObject({ jobs: 5, unpaired: 0, wrong: 0 })
  })

  test('none goes for one of a lower priority', async () => {
    await using store = await kind.create()
    const clock = createFakeClock()
    const queue = createQueue<string>(store.open(), 'jobs', { maxLength: 2, whenFull: 'drop-oldest', clock })
    await queue.push('urgent', { priority: 2 })
    await queue.push('routine')
    expect(await queue.push('less', { priority: -1 })).toEqual(FULL)
    expect(await queue.push('later', { priority: -1, delay: '1m' })).toEqual(FULL)
    const mixed = [{ value: 'most', priority: 5 }, { value: 'least' }]
    expect(await queue.pushMany(mixed)).toEqual([FULL, FULL])
    expect((await queue.push('as routine')).outcome).toBe('pushed')
    expect(await kept(queue)).toEqual(['urgent', 'as routine'])
  })

  test('those that push at once keep the most urgent ones', async () => {
    await using store = await kind.create()
    const options = { maxLength: 10, whenFull: 'drop-oldest' } as const
    const queues = [store.open(), store.open()].map((backend) => createQueue<number>(backend, 'jobs', options))
    const priorities = Array.from({ length: 60 }, (_, at) => (at * 37) % 11)
    await Promise.all(
      priorities.map(async (priority, at) =>
        queues[at % 2]?.push(at, { priority, ...(at % 3 === 0 ? { id: `${at}` } : {}) }),
      ),
    )
    const [queue] = queues
    if (queue === undefined) throw new Error('no queue')
    const urgent = priorities.toSorted((one, other) => other - one).slice(0, 10)
    expect((await queue.peek(100)).map(({ priority }) => priority)).toEqual(urgent)
    expect(await queue.check()).toMatchObject({ jobs: 10, unpaired: 0, wrong: 0 })
  })
})
