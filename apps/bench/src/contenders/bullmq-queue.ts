/** BullMQ, one job at a time and a hundred; what is done is not kept. Context: it does more for a job, such as events for each. */
import { inTurn, JOB, type Job, type QueueContender } from './queue-contender.ts'
import { openRedis } from './redis-server.ts'

export const bullmqQueues = { lone: contender('BullMQ', 1), together: contender('BullMQ, 100 at once', 100) }

function contender(name: string, width: number): QueueContender {
  return {
    name,
    packages: ['bullmq'],
    async open(directory) {
      const { Queue, Worker } = await import('bullmq')
      const server = await openRedis(directory)
      const connection = { host: server.host, port: server.port, maxRetriesPerRequest: null }
      const queue = new Queue<Job>('jobs', { connection, defaultJobOptions: { removeOnComplete: true } })
      return {
        push: (count) => inTurn(count, width, () => queue.add('job', JOB)),
        async pull(count) {
          let [doneCount, last]: [number, Job | undefined] = [0, undefined]
          const all = Promise.withResolvers<void>()
          const work = async ({ data }: { readonly data: Job }): Promise<void> => {
            last = data
          }
          const worker = new Worker<Job>('jobs', work, {
            connection,
            concurrency: width,
          })
          worker.on('completed', () => {
            if (++doneCount === count) all.resolve()
          })
          worker.on('error', all.reject)
          await all.promise
          await worker.close()
          return last
        },
        size: () => queue.count(),
        async close() {
          await queue.close()
          await server.stop()
        },
      }
    },
  }
}
