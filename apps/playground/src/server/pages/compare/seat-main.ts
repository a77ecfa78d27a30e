/** What the process of a contestant runs: one order, one reply. It ends when its parent does. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Bout, openBout } from './bout.ts'
import type { SeatOrder, SeatReply } from './messages.ts'

const recording = z.array(z.object({ name: z.string(), rows: z.array(z.unknown()) }))
let bout: Bout | undefined

process.on('message', (order: SeatOrder) => {
  obey(order).then(reply, (error: unknown) => {
    reply({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) })
  })
})

/** Nobody waits for it after a cancel. */
function reply(words: SeatReply): void {
  if (process.connected) process.send?.(words)
}

process.once('disconnect', () => {
  const closing = bout?.close() ?? Promise.resolve()
  closing.then(
    () => process.exit(0),
    () => process.exit(1),
  )
})

async function obey(order: SeatOrder): Promise<SeatReply> {
  if (order.kind === 'open') {
    bout = await openBout(order.opening, recording.parse(JSON.parse(readFileSync(order.opening.recordingFile, 'utf8'))))
    return { kind: 'opened' }
  }
  if (bout === undefined) throw new Error('a lap was asked for before anything was opened')
  return { kind: 'lap', ...(await bout.lap()) }
}
