/** A Redis that stops, dies and comes back, or is succeeded by its replica: real servers, with work going on. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BackendError } from '@stowage/core'
import { redisBackend } from '@stowage/redis'
import { adminOf, findRedisBinary, type RedisServer, startRedis, startSentinel } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createLock, createQueue, type Queue } from '../src/index.ts'

const search = await findRedisBinary()
const JOB_COUNT = 2_000
const TIMEOUT_MS = 300

interface Trial {
  readonly queue: Queue<number>
  readonly seen: Map<number, number>
  readonly errors: unknown[]
  pushed: number
  end(): Promise<void>
}

/** Pushes and works off at the same time; what fails is tried again under the same id. */
function beginTrial(url: string): Trial {
  const backend = redisBackend({ url, timeout: TIMEOUT_MS })
  const queue = createQueue<number>(backend, 'trial', { visibility: '2s', maxTries: 100 })
  const stop = new AbortController()
  const trial: Trial = { queue, seen: new Map(), errors: [], pushed: 0, end: async () => undefined }
  const produce = async (): Promise<void> => {
    while (trial.pushed < JOB_COUNT && !stop.signal.aborted) {
      const from = trial.pushed
      try {
        await queue.pushMany(Array.from({ length: 10 }, (_, at) => ({ value: from + at, id: `${from + at}` })))
        trial.pushed += 10
      } catch (thrown) {
        trial.errors.push(thrown)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }
  const work = queue.work(({ value }) => void trial.seen.set(value, (trial.seen.get(value) ?? 0) + 1), {
    concurrency: 10,
    signal: stop.signal,
    onError: (error) => trial.errors.push(error),
  })
  const produced = produce()
  const end = async (): Promise<void> => {
    stop.abort()
    await Promise.allSettled([work, produced])
    await backend.close()
  }
  onTestFinished(end)
  return Object.assign(trial, { end })
}

async function allDone({ queue, seen, errors }: Trial): Promise<void> {
  await expect.poll(() => seen.size, { timeout: 40_000 }).toBe(JOB_COUNT)
  await expect.poll(() => queue.size().catch(() => -1), { timeout: 20_000 }).toBe(0)
  expect(errors.length, 'it was noticed').toBeGreaterThan(0)
  expect(errors.every((error) => error instanceof BackendError)).toBe(true)
  expect(await queue.check()).toMatchObject({ jobs: 0, dead: 0, wrong: 0 })
}

function goOn(server: RedisServer): void {
  try {
    process.kill(server.processId, 'SIGCONT')
  } catch (thrown) {
    // It is over by now.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}

describe.skipIf(!search.found)('a queue on a server in trouble', { timeout: 90_000 }, () => {
  test('one that is stopped meanwhile: every job is done', async () => {
    await using server = await startRedis()
    const trial = beginTrial(server.url)
    await expect.poll(() => trial.pushed, { interval: 1, timeout: 30_000 }).toBeGreaterThan(200)
    process.kill(server.processId, 'SIGSTOP')
    onTestFinished(() => goOn(server))
    await expect.poll(() => trial.errors.length, { timeout: 30_000 }).toBeGreaterThan(2)
    goOn(server)
    await allDone(trial)
    await trial.end()
  })

  test('one that is killed and comes back with what it wrote down: every job is done', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stowage-redis-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const settings = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', folder]
    const server = await startRedis({ settings })
    const trial = beginTrial(server.url)
    await expect.poll(() => trial.pushed, { interval: 1, timeout: 30_000 }).toBeGreaterThan(200)
    process.kill(server.processId, 'SIGKILL')
    await server.stop()
    await expect.poll(() => trial.errors.length, { timeout: 30_000 }).toBeGreaterThan(2)
    await using again = await startRedis({ settings, choosePort: async () => server.port })
    expect(again.port).toBe(server.port)
    await allDone(trial)
    await trial.end()
  })
})

describe.skipIf(!search.found)('a lock on a server in trouble', { timeout: 60_000 }, () => {
  test('one that comes back empty gives a higher fencing token than the one that was lost', async () => {
    const server = await startRedis()
    const backend = redisBackend({ url: server.url, timeout: TIMEOUT_MS })
    onTestFinished(async () => backend.close())
    const lock = createLock(backend, 'l', { ttl: '1s' })
    const lost = await lock.acquire()
    await server.stop()
    await expect.poll(() => lost.signal.aborted, { timeout: 10_000 }).toBe(true)
    await using again = await startRedis({ choosePort: async () => server.port })
    expect(again.port).toBe(server.port)
    const taken = async () => lock.tryAcquire().catch(() => undefined)
    await expect.poll(async () => (await taken())?.fence ?? 0, { timeout: 20_000 }).toBeGreaterThan(lost.fence)
  })

  test('what was given by a master that told no replica is given again by its successor, with a higher token', async () => {
    await using group = await startSentinel()
    const sentinels = group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
    const backend = redisBackend({ connection: { name: group.name, sentinels }, timeout: TIMEOUT_MS })
    onTestFinished(async () => backend.close())
    const lock = createLock(backend, 'l', { ttl: '1s' })
    const queue = createQueue<number>(backend, 'q')
    const values = Array.from({ length: 300 }, (_, value) => value)
    await queue.pushMany(values.map((value) => ({ value })))
    await (await lock.acquire()).release()
    using admin = adminOf(group.master.port)
    await expect.poll(() => admin.ask('wait', '1', '1000'), { timeout: 10_000 }).not.toBe('0')
    await group.isolateMaster()
    const lost = await lock.acquire()
    await group.master.stop()
    const taken = async () => lock.tryAcquire().catch(() => undefined)
    await expect.poll(async () => (await taken())?.fence ?? 0, { timeout: 30_000 }).toBeGreaterThan(lost.fence)
    const jobs = await queue.pullMany(500)
    expect(jobs.map(({ value }) => value)).toEqual(values)
    expect(await Promise.all(jobs.map((job) => job.ack()))).not.toContain(false)
  })
})
