/** What the process of a contestant runs: one order, one reply. It ends when its parent does. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Bout, openBout } from './bout.ts'
import type { SeatOrder, SeatReply } from './messages.ts'

const recording = z.array(z.object({ name: z.string(), rows: z.array(z.unknown()) }))
let opening: Promise<Bout> | undefined

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
  // Also one that is still opening has something to close. Why it could not be opened has been told.
  const closing = opening?.catch(() => undefined).then((bout) => bout?.close()) ?? Promise.resolve()
  closing.then(
    () => process.exit(0),
    () => process.exit(1),
  )
})

async function obey(order: SeatOrder): Promise<SeatReply> {
  if (order.kind === 'open') {
    opening = openBout(order.opening, recording.parse(JSON.parse(readFileSync(order.opening.recordingFile, 'utf8'))))
    await opening
    return { kind: 'opened' }
  }
  if (opening === undefined) throw new Error('a lap was asked for before anything was opened')
  const bout = await opening
  return { kind: 'lap', ...(await bout.lap()) }
}
