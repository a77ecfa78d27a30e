/** Regression: dead letters that were given another chance made a queue longer than its `maxLength`. */
import { createQueue, type QueueOptions } from '@stowage/structures'
import { expect, test } from 'vitest'
import { describeBackends } from '../backends.ts'

describeBackends((kind) => {
  test.each(['refuse', 'drop-oldest'] as const)('what there is no room for stays dead: %s', async (whenFull) => {
    await using store = await kind.create()
    const options: QueueOptions = { maxTries: 1, maxLength: 3, whenFull }
    const queue = createQueue<string>(store.open(), 'jobs', options)
    await queue.pushMany([{ value: 'a', id: 'a' }, { value: 'b' }, { value: 'c', id: 'c' }])
    for (const job of await queue.pullMany(3)) await job.nack()
    await queue.push('d')
    expect(await queue.deadLetters.retry()).toBe(2)
    expect(await queue.deadLetters.retry('c')).toBe(0)
    expect(await queue.stats()).toEqual({ ready: 3, waiting: 0, dead: 1 })
    expect(await Array.fromAsync(queue.deadLetters, ({ id, tries }) => [id, tries])).toEqual([['c', 1]])
    expect(await queue.check()).toMatchObject({ jobs: 3, dead: 1, unpaired: 0, wrong: 0 })
    await (await queue.pull())?.ack()
    expect(await queue.deadLetters.retry('c')).toBe(1)
    expect(await queue.size()).toBe(3)
  })
})
