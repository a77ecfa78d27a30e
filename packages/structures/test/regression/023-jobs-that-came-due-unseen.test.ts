/** Regression: until somebody pulled, jobs whose delay or visibility was over counted as waiting, were not among the first ready ones, and made no room on a full queue. */
import { createFakeClock } from '@stowage/core/testing'
import { createQueue, type QueueOptions } from '@stowage/structures'
import { expect, test } from 'vitest'
import { describeBackends } from '../backends.ts'

describeBackends((kind) => {
  test('they are ready for all who look', async () => {
    await using store = await kind.create()
    const clock = createFakeClock()
    const queue = createQueue<string>(store.open(), 'jobs', { clock, visibility: '10s' })
    await queue.pushMany([{ value: 'pulled' }, { value: 'delayed', delay: '10s', priority: 1 }])
    const slow = await queue.pull()
    await queue.pushMany([{ value: 'pushed' }, { value: 'later', delay: '1h' }])
    clock.advanceMs(9_999)
    expect(await queue.stats()).toEqual({ ready: 1, waiting: 3, dead: 0 })
    expect((await queue.peek(9)).map(({ value }) => value)).toEqual(['pushed'])
    clock.advanceMs(1)
    expect(await queue.stats()).toEqual({ ready: 3, waiting: 1, dead: 0 })
    expect(await queue.peek(9)).toMatchObject([
      { value: 'delayed', tries: 0 },
      { value: 'pulled', tries: 1 },
      { value: 'pushed', tries: 0 },
    ])
    expect((await queue.peek()).map(({ value }) => value)).toEqual(['delayed'])
    // Looking has changed nothing.
    expect(await slow?.ack()).toBe(true)
    expect((await queue.pullMany(9)).map(({ value }) => value)).toEqual(['delayed', 'pushed'])
  })

  test('they make room on a full queue', async () => {
    await using store = await kind.create()
    const clock = createFakeClock()
    const options: QueueOptions = { clock, visibility: '10s', maxLength: 3, whenFull: 'drop-oldest' }
    const queue = createQueue<string>(store.open(), 'jobs', options)
    await queue.pushMany([{ value: 'a', id: 'a' }, { value: 'b' }])
    const [gone] = await queue.pullMany(2)
    await queue.push('c')
    clock.advanceMs(10_000)
    expect((await queue.push('d')).outcome).toBe('pushed')
    expect((await queue.peek(9)).map(({ value }) => value)).toEqual(['b', 'c', 'd'])
    expect(await gone?.ack()).toBe(false)
    expect(await queue.check()).toMatchObject({ jobs: 3, unpaired: 0, wrong: 0 })
  })

  test('what has had its last try goes to the dead letters then', async () => {
    await using store = await kind.create()
    const clock = createFakeClock()
    const options: QueueOptions = { clock, maxTries: 1, visibility: '10s', maxLength: 2, whenFull: 'drop-oldest' }
    const queue = createQueue<string>(store.open(), 'jobs', options)
    await queue.push('kills its worker', { id: 'deadly' })
    await queue.pull()
    await queue.push('b')
    clock.advanceMs(10_000)
    expect((await queue.push('c')).outcome).toBe('pushed')
    expect(await Array.fromAsync(queue.deadLetters)).toMatchObject([{ id: 'deadly', tries: 1 }])
    expect((await queue.peek(9)).map(({ value }) => value)).toEqual(['b', 'c'])
    expect(await queue.check()).toMatchObject({ jobs: 2, dead: 1, unpaired: 0, wrong: 0 })
  })

  test('more than one step brings back are all brought back', async () => {
    await using store = await kind.create()
    const clock = createFakeClock()
    const options: QueueOptions = { clock, maxLength: 1_100, whenFull: 'drop-oldest' }
    const queue = createQueue<number>(store.open(), 'jobs', options)
    await queue.pushMany(Array.from({ length: 1_100 }, (_, value) => ({ value, delay: 1_100 - value })))
    clock.advanceMs(1_100)
    expect((await queue.push(1_100)).outcome).toBe('pushed')
    expect((await queue.pull())?.value).toBe(1)
  })
})
