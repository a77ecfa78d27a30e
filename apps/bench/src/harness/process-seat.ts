/**
 * A seat in a process of its own: what the compiler learned from one cache must not make another one slower, and one
 * cache's heap must not be another one's collection. The process stays for the whole workload and works when asked.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type Figures, SkippedError, WrongAnswerError } from './contract.ts'
import type { OpenRequest, Reply, Request } from './messages.ts'
import { nextMessage } from './next-message.ts'
import type { Seat } from './seat.ts'

/** While others have their turns an entrant rests, as a server at work does not: V8 would make its young generation small meanwhile. */
const NEVER_RESTED = '--no-memory-reducer'

/** A step that takes longer has hung. Filling a slow store takes up to half a minute. */
const STEP_LIMIT_MS = 180_000

/** It has its folders to remove; then it is ended. */
const CLOSE_LIMIT_MS = 10_000

/** @param main the module the process runs: it calls serveSeat() of seat-process.ts. */
export function processSeat(main: URL, opening: Omit<OpenRequest, 'kind'>): Seat {
  const { entrant } = opening
  let child: ChildProcess | undefined

  async function ask(request: Request): Promise<Reply> {
    if (child === undefined) throw new Error(`${entrant}: asked before it was opened`)
    const answer = nextMessage<Reply>(child, STEP_LIMIT_MS)
    child.send(request)
    const reply = await answer
    if (reply.kind === 'wrong') throw new WrongAnswerError(reply.reason)
    if (reply.kind === 'skipped') throw new SkippedError(reply.reason)
    if (reply.kind === 'failed') throw new Error(reply.reason)
    return reply
  }

  return {
    name: entrant,
    async open() {
      child = fork(main, {
        execArgv: [NEVER_RESTED, '--conditions=@stowage/source', '--disable-warning=ExperimentalWarning'],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      await ask({ kind: 'open', ...opening })
    },
    async round(): Promise<Figures> {
      const reply = await ask({ kind: 'round' })
      if (reply.kind !== 'figures') throw new Error(`${entrant}: answered a round with '${reply.kind}'`)
      return reply.figures
    },
    async close() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      const timer = setTimeout(() => child?.kill('SIGKILL'), CLOSE_LIMIT_MS)
      if (child.connected) child.disconnect()
      await ended
      clearTimeout(timer)
    },
  }
}
