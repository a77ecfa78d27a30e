/** Queue and index of Stowage, on each backend: by hand, one after the other or many at once, and worked off. */
import type { Backend } from '@stowage/core'
import type { Queue } from '@stowage/structures'
import { inTurn, JOB, type Job, type OpenQueue, type QueueContender } from './queue-contender.ts'
import { type BoutRedis, openRedis } from './redis-server.ts'

type Place = 'sqlite' | 'memory' | 'redis'
type Way = 'by hand' | 'worked off' | '100 at once'

const TOGETHER = 100

export const stowageQueues = {
  byHand: contender('sqlite', 'by hand'),
  workedOff: contender('sqlite', 'worked off'),
  together: contender('sqlite', '100 at once'),
  memory: contender('memory', 'by hand'),
  redisByHand: contender('redis', 'by hand'),
  redisWorkedOff: contender('redis', 'worked off'),
  redisTogether: contender('redis', '100 at once'),
}

function contender(place: Place, way: Way): QueueContender {
  return {
    name: `Stowage ${place}, ${way}`,
    packages: ['@stowage/core', '@stowage/structures', `@stowage/${place}`],
    async open(directory) {
      const [backend, server] = await openBackend(place, directory)
      const { createIndex, createQueue } = await import('@stowage/structures')
      const queue = createQueue<Job>(backend, 'jobs', { visibility: '1h' })
      const index = createIndex<Job>(backend, 'entries')
      const width = way === '100 at once' ? TOGETHER : 1
      return {
        push: (count) => inTurn(count, width, () => queue.push(JOB)),
        pull: (count) => (way === 'worked off' ? workOff(queue, count) : pullAll(queue, count, width)),
        map: { set: (key, value) => index.set(key, value), get: (key) => index.get(key) },
        width,
        size: () => queue.size(),
        async close() {
          await backend.close()
          await server?.stop()
        },
      } satisfies OpenQueue
    },
  }
}

/** Pulled, and acknowledged when they are done: nothing else comes to an end before. */
async function pullAll(queue: Queue<Job>, count: number, width: number): Promise<Job | undefined> {
  let last: Job | undefined
  for (let done = 0; done < count; ) {
    const jobs = await queue.pullMany(width)
    if (jobs.length === 0) return undefined
    await Promise.all(jobs.map((job) => job.ack()))
    done += jobs.length
    last = jobs.at(-1)?.value
  }
  return last
}

async function workOff(queue: Queue<Job>, count: number): Promise<Job | undefined> {
  const stop = new AbortController()
  let [doneCount, last]: [number, Job | undefined] = [0, undefined]
  await queue.work(
    ({ value }) => {
      last = value
      if (++doneCount === count) stop.abort()
    },
    { signal: stop.signal },
  )
  return last
}

/** With the server that it is on, where it is on one. */
async function openBackend(place: Place, directory: string): Promise<readonly [Backend, BoutRedis?]> {
  if (place === 'memory') return [(await import('@stowage/memory')).memoryBackend({ maxEntries: 1 })]
  if (place === 'sqlite') return [(await import('@stowage/sqlite')).sqliteBackend({ path: `${directory}/bench.db` })]
  const { redisBackend } = await import('@stowage/redis')
  const server = await openRedis(directory)
  return [redisBackend({ url: server.url }), server]
}
