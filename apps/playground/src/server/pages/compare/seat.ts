/** A contestant as its run sees it: a process of its own, so that memory and event loop are its own too. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { SeatOrder, SeatReply } from './messages.ts'

/** It has files and connections to close; then it is ended. */
const CLOSE_LIMIT_MS = 3_000

export interface Seat {
  ask(order: SeatOrder): Promise<SeatReply>
  /** Lets it close what it has open. */
  end(): Promise<void>
}

export function takeSeat(): Seat {
  const child = fork(join(import.meta.dirname, 'seat-main.ts'), {
    execArgv: ['--conditions=@stowage/source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const gone = new Promise<SeatReply>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ kind: 'failed', reason: `its process ended by ${signal ?? `code ${code}`}` })
    })
    child.once('error', (error) => resolve({ kind: 'failed', reason: error.message }))
  })
  return {
    ask(order) {
      const reply = new Promise<SeatReply>((resolve) => {
        child.once('message', (message: SeatReply) => resolve(message))
      })
      if (child.connected) child.send(order)
      return Promise.race([reply, gone])
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS)
      if (child.connected) child.disconnect()
      await ended
      clearTimeout(timer)
    },
  }
}
