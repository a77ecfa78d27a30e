/** Who waits for a job is told of it, on every backend that can keep a queue; the clock is the machine's. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createQueue } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

describeBackends((kind) => {
  let store: TestStore
  beforeEach(async () => {
    store = await kind.create()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  test('a pull that waits gets what is pushed through another backend of the same store', async () => {
    const [here, there] = [createQueue<number>(store.open(), 'q'), createQueue<number>(store.open(), 'q')]
    const pulled = here.pull({ wait: '20s' })
    await there.push(7)
    expect((await pulled)?.value).toBe(7)
  })

  test('a pull that waits ends with its time, or fails with its signal', async () => {
    const queue = createQueue<number>(store.open(), 'q')
    expect(await queue.pull({ wait: 20 })).toBeUndefined()
    const reason = new Error('enough')
    const stop = new AbortController()
    const pulled = queue.pull({ wait: '1h', signal: stop.signal })
    stop.abort(reason)
    await expect(pulled).rejects.toBe(reason)
  })

  test('a delayed job wakes who waits for it', async () => {
    const queue = createQueue<string>(store.open(), 'q')
    await queue.push('late', { delay: 30 })
    expect((await queue.pull({ wait: '20s' }))?.value).toBe('late')
  })

  test('work is done so many jobs at a time, failures are tried again, and the signal ends it', async () => {
    const queue = createQueue<number>(store.open(), 'q', { maxTries: 3 })
    await queue.pushMany(Array.from({ length: 40 }, (_, value) => ({ value })))
    const stop = new AbortController()
    const done: number[] = []
    const failures: unknown[] = []
    let running = 0
    let mostRunning = 0
    const work = queue.work(
      async ({ value, tries }) => {
        mostRunning = Math.max(mostRunning, ++running)
        await pause(1)
        running--
        if (value === 13 && tries < 3) throw new Error(`try ${tries}`)
        done.push(value)
        if (done.length === 40) stop.abort()
      },
      { concurrency: 8, signal: stop.signal, onError: (error) => failures.push(error) },
    )
    await work
    expect(done.toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, value) => value))
    expect(failures).toEqual([new Error('try 1'), new Error('try 2')])
    expect(mostRunning).toBe(8)
    expect(await queue.size()).toBe(0)
  })

  test('a job that takes longer than its visibility is nobody else’s all the same', async () => {
    // So long a machine that is busy does not hold it up.
    const queue = createQueue<string>(store.open(), 'q', { visibility: 1_000 })
    await queue.push('long')
    const stop = new AbortController()
    let starts = 0
    const handle = async (): Promise<void> => {
      starts++
      await pause(2_200)
      stop.abort()
    }
    await queue.work(handle, { concurrency: 2, signal: stop.signal })
    expect(starts).toBe(1)
    expect(await queue.size()).toBe(0)
  })

  test('jobs are iterated until the signal', async () => {
    const queue = createQueue<number>(store.open(), 'q')
    await queue.pushMany([{ value: 1 }, { value: 2 }, { value: 3 }])
    const stop = new AbortController()
    const seen: number[] = []
    for await (const job of queue.jobs({ signal: stop.signal })) {
      seen.push(job.value)
      await job.ack()
      if (seen.length === 3) stop.abort()
    }
    expect(seen).toEqual([1, 2, 3])
  })
})
