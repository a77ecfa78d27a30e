/** The app's own Redis is one for all nodes: the first has it, and tells the others where it is over the line between them. */
import type { ChildProcess } from 'node:child_process'
import { z } from 'zod'

/** A node's question; there is only this one. */
const QUESTION = { wants: 'redis' } as const
const question = z.object({ wants: z.literal('redis') })
const answer = z.union([z.object({ redisUrl: z.string() }), z.object({ redisProblem: z.string() })])

/** @param url starts it if need be. */
export function tellWhereRedisIs(child: ChildProcess, url: () => Promise<string>): void {
  const tell = (words: z.infer<typeof answer>): void => {
    // Who is gone need not know.
    if (child.connected) child.send(words, () => undefined)
  }
  child.on('message', (message) => {
    if (!question.safeParse(message).success) return
    url().then(
      (redisUrl) => tell({ redisUrl }),
      (error: unknown) => tell({ redisProblem: error instanceof Error ? error.message : String(error) }),
    )
  })
}

/** For a node: asks the first one. */
export function redisOfFirstNode(line: NodeJS.Process = process): () => Promise<string> {
  return () =>
    new Promise((resolve, reject) => {
      const hear = (message: unknown): void => {
        const { data } = answer.safeParse(message)
        if (data === undefined) return
        leave()
        if ('redisUrl' in data) resolve(data.redisUrl)
        else reject(new Error(data.redisProblem))
      }
      const end = (): void => {
        leave()
        reject(new Error('the first node is gone, and the Redis with it'))
      }
      function leave(): void {
        line.off('message', hear)
        line.off('disconnect', end)
      }
      line.on('message', hear)
      line.on('disconnect', end)
      if (line.connected) line.send?.(QUESTION)
      else end()
    })
}
