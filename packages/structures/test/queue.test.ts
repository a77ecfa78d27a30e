/** What a queue promises, on every backend that can keep one. */
import { UsageError } from '@stowage/core'
import { createFakeClock, type FakeClock } from '@stowage/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createQueue, type Queue, type QueueOptions } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

describeBackends((kind) => {
  let store: TestStore
  let clock: FakeClock
  let backend: ReturnType<TestStore['open']>

  beforeEach(async () => {
    store = await kind.create()
    clock = createFakeClock()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  const queueOf = <T = string>(options: QueueOptions = {}): Queue<T> =>
    createQueue<T>(backend, 'jobs', { clock, ...options })
  const drained = async <T>(queue: Queue<T>): Promise<T[]> => {
    const values: T[] = []
    for (let job = await queue.pull(); job !== undefined; job = await queue.pull()) {
      values.push(job.value)
      expect(await job.ack()).toBe(true)
    }
    return values
  }

  test('jobs come as they were pushed, higher priorities first', async () => {
    const queue = queueOf()
    await queue.push('a')
    await queue.pushMany([{ value: 'b' }, { value: 'c', priority: 5 }, { value: 'd', priority: -1 }])
    await queue.push('e')
    expect(await queue.size()).toBe(5)
    expect(await drained(queue)).toEqual(['c', 'a', 'b', 'e', 'd'])
    expect(await queue.size()).toBe(0)
  })

  test('values are of every kind, and the own copy of who pulls', async () => {
    const queue = queueOf<unknown>()
    const values = [
      0,
      null,
      '',
      { at: new Date(5) },
      new Map([[1, 2n]]),
      Buffer.from([0, 10, 255]),
      'ü\n😀',
      [undefined],
    ]
    await queue.pushMany(values.map((value) => ({ value })))
    expect(await drained(queue)).toEqual(values)
  })

  test('a job is nobody else’s until its visibility ends, and comes back to its place then', async () => {
    const queue = queueOf({ visibility: '10s' })
    await queue.pushMany([{ value: 'a' }, { value: 'b' }])
    const first = await queue.pull()
    expect(first).toMatchObject({ value: 'a', tries: 1 })
    expect((await queue.pull())?.value).toBe('b')
    expect(await queue.pull()).toBeUndefined()
    clock.advanceMs(9_999)
    expect(await queue.pull()).toBeUndefined()
    clock.advanceMs(1)
    const again = await queue.pull()
    expect(again).toMatchObject({ value: 'a', tries: 2 })
    expect(await first?.ack()).toBe(false)
    expect(await first?.extend()).toBe(false)
    expect(await first?.nack()).toBe(false)
    expect(await again?.ack()).toBe(true)
    expect(await queue.size()).toBe(1)
  })

  test('an extended job stays hidden for longer', async () => {
    const queue = queueOf({ visibility: '10s' })
    await queue.push('a')
    const job = await queue.pull()
    clock.advanceMs(9_000)
    expect(await job?.extend('20s')).toBe(true)
    clock.advanceMs(19_999)
    expect(await queue.pull()).toBeUndefined()
    expect(await job?.ack()).toBe(true)
    clock.advanceMs(10_000)
    expect(await queue.pull()).toBeUndefined()
  })

  test('of acknowledgements of one moment each has its own answer', async () => {
    const queue = queueOf({ visibility: '10s' })
    await queue.pushMany([{ value: 'a', id: 'a' }, { value: 'b' }, { value: 'c' }])
    const late = await queue.pull()
    clock.advanceMs(10_000)
    const jobs = await queue.pullMany(2)
    expect(jobs.map(({ value }) => value)).toEqual(['a', 'b'])
    expect(await Promise.all([late, ...jobs].map(async (job) => job?.ack()))).toEqual([false, true, true])
    expect(await queue.size()).toBe(1)
    expect((await queue.push('a', { id: 'a' })).outcome).toBe('pushed')
  })

  test('an acknowledgement that is given while the job is being extended counts', async () => {
    const queue = queueOf()
    await queue.push('a')
    const job = await queue.pull()
    expect(await Promise.all([job?.extend(), job?.ack(), job?.ack()])).toEqual([true, true, false])
    expect(await queue.size()).toBe(0)
  })

  test('what is given back comes again, at once or after its delay', async () => {
    const queue = queueOf()
    await queue.pushMany([{ value: 'a' }, { value: 'b' }])
    await (await queue.pull())?.nack()
    const again = await queue.pull()
    expect(again).toMatchObject({ value: 'a', tries: 2 })
    await again?.nack({ delay: '5s' })
    expect((await queue.pull())?.value).toBe('b')
    expect(await queue.pull()).toBeUndefined()
    clock.advanceMs(5_000)
    expect(await queue.pull()).toMatchObject({ value: 'a', tries: 3 })
  })

  test('a released job has not been tried', async () => {
    const queue = queueOf({ maxTries: 1 })
    await queue.push('a')
    for (let round = 0; round < 3; round++) {
      const job = await queue.pull()
      expect(job?.tries).toBe(1)
      await job?.release()
    }
  })

  test('after its last try a job is a dead letter, whoever died with it', async () => {
    const queue = queueOf({ maxTries: 2, visibility: '1s' })
    await queue.push('given back', { id: 'one' })
    await queue.push('left', { id: 'two' })
    for (let round = 0; round < 2; round++) {
      await (await queue.pull())?.nack()
    }
    for (let round = 0; round < 2; round++) {
      expect((await queue.pull())?.value).toBe('left')
      clock.advanceMs(1_000)
    }
    expect(await queue.pull()).toBeUndefined()
    expect(await queue.stats()).toEqual({ ready: 0, waiting: 0, dead: 2 })
    expect(await queue.size()).toBe(0)
    expect(await Array.fromAsync(queue.deadLetters)).toMatchObject([
      { id: 'one', value: 'given back', tries: 2 },
      { id: 'two', value: 'left', tries: 2 },
    ])
    expect((await queue.push('again', { id: 'one' })).outcome).toBe('duplicate')
    expect(await queue.deadLetters.clear('one')).toBe(1)
    expect((await queue.push('again', { id: 'one' })).outcome).toBe('pushed')
    expect(await queue.deadLetters.retry()).toBe(1)
    expect(await queue.size()).toBe(2)
    expect(await drained(queue)).toEqual(['left', 'again'])
    expect(await queue.check()).toMatchObject({ jobs: 0, dead: 0, torn: 0, unpaired: 0, wrong: 0 })
  })

  test('an id is there once, from its push to its end', async () => {
    const queue = queueOf()
    expect(await queue.push('a', { id: 'x/1' })).toEqual({ outcome: 'pushed', id: 'x/1' })
    expect(await queue.push('b', { id: 'x/1' })).toEqual({ outcome: 'duplicate', id: 'x/1' })
    const outcomes = await queue.pushMany([
      { value: 'c', id: 'x/1' },
      { value: 'd', id: 'x/2' },
      { value: 'e', id: 'x/2' },
      { value: 'f' },
    ])
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['duplicate', 'pushed', 'duplicate', 'pushed'])
    const job = await queue.pull()
    expect(job?.id).toBe('x/1')
    expect((await queue.push('b', { id: 'x/1' })).outcome).toBe('duplicate')
    await job?.ack()
    expect((await queue.push('g', { id: 'x/1' })).outcome).toBe('pushed')
    expect(await drained(queue)).toEqual(['d', 'f', 'g'])
  })

  test('ids of their own are those of the jobs that are pulled', async () => {
    const queue = queueOf()
    const pushed = await queue.pushMany([{ value: 'a' }, { value: 'b' }])
    const pulled = await queue.pullMany(2)
    expect(pulled.map(({ id }) => id)).toEqual(pushed.map((result) => 'id' in result && result.id))
  })

  test('a full queue refuses, until there is room', async () => {
    const queue = queueOf({ maxLength: 2 })
    await queue.push('a')
    expect((await queue.pushMany([{ value: 'b' }, { value: 'c' }])).map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
    ])
    await queue.push('b')
    expect(await queue.push('c')).toEqual({ outcome: 'refused', reason: 'full' })
    const job = await queue.pull()
    expect((await queue.push('c')).outcome).toBe('refused')
    await job?.ack()
    expect((await queue.push('c')).outcome).toBe('pushed')
    expect(await queue.size()).toBe(2)
  })

  test('a full queue that drops the oldest drops ready ones only', async () => {
    const queue = queueOf({ maxLength: 3, whenFull: 'drop-oldest' })
    await queue.pushMany([{ value: 'held' }, { value: 'a', id: 'a' }, { value: 'b' }])
    const held = await queue.pull()
    expect((await queue.pushMany([{ value: 'c' }, { value: 'd' }])).map(({ outcome }) => outcome)).toEqual([
      'pushed',
      'pushed',
    ])
    expect(await queue.size()).toBe(3)
    expect((await queue.peek(9)).map(({ value }) => value)).toEqual(['c', 'd'])
    expect((await queue.pushMany([{ value: 'e' }, { value: 'f' }, { value: 'g' }])).at(0)?.outcome).toBe('refused')
    expect((await queue.push('a', { id: 'a' })).outcome).toBe('pushed')
    await held?.ack()
    expect(await drained(queue)).toEqual(['d', 'a'])
    expect(await queue.check()).toMatchObject({ jobs: 0, wrong: 0 })
  })

  test('a delayed job is not there before its time', async () => {
    const queue = queueOf()
    await queue.push('late', { delay: '1m' })
    await queue.push('now')
    expect(await queue.stats()).toEqual({ ready: 1, waiting: 1, dead: 0 })
    expect(await drained(queue)).toEqual(['now'])
    clock.advanceMs(60_000)
    expect(await drained(queue)).toEqual(['late'])
  })

  test('peeking changes nothing', async () => {
    const queue = queueOf()
    await queue.push('a', { priority: 3 })
    expect(await queue.peek()).toMatchObject([{ value: 'a', priority: 3, tries: 0 }])
    expect((await queue.pull())?.tries).toBe(1)
    expect(await queue.peek()).toEqual([])
  })

  test('queues of other names are other queues, and the cache beside them clears none', async () => {
    const queue = queueOf()
    const other = createQueue<string>(backend, 'jobs/2', { clock })
    await queue.push('a')
    await other.push('b')
    await backend.invalidate({ all: true }, clock.nowMs())
    await other.clear()
    expect(await other.size()).toBe(0)
    expect(await drained(queue)).toEqual(['a'])
  })

  test('what a caller gets wrong is refused before anything is pushed', async () => {
    const queue = queueOf()
    await expect(queue.push('a', { id: '' })).rejects.toThrow(UsageError)
    await expect(queue.pushMany([{ value: 'a' }, { value: 'b', priority: 0.5 }])).rejects.toThrow(/priority: 0.5/)
    await expect(queue.push(undefined as unknown as string)).rejects.toThrow(/undefined is not a value/)
    await expect(queue.pullMany(0)).rejects.toThrow(/limit: 0/)
    expect(await queue.size()).toBe(0)
  })

  test('more jobs than one step takes are pushed in their order', async () => {
    const queue = queueOf<number>()
    await queue.pushMany(Array.from({ length: 1_234 }, (_, value) => ({ value })))
    const seen: number[] = []
    for (let jobs = await queue.pullMany(500); jobs.length > 0; jobs = await queue.pullMany(500)) {
      seen.push(...jobs.map(({ value }) => value))
      await Promise.all(jobs.map((job) => job.ack()))
    }
    expect(seen).toEqual(Array.from({ length: 1_234 }, (_, value) => value))
    expect(await queue.check()).toMatchObject({ jobs: 0, dead: 0, torn: 0, unpaired: 0, wrong: 0 })
  })
})
