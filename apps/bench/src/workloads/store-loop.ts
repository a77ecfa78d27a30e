/**
 * The loop of all workloads on a disk: steps of work, with a turn of the event loop after each, as in a server, until
 * the wall time of the round is spent. CPU time is taken too: it is the steadier figure on a machine that does other work.
 */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'

/** What a store does in the background after its round belongs to its CPU time, and not into the round of the next one. */
const SETTLE_MS = 40

/** Does some operations. @returns how many */
export type Step = () => Promise<number>

export interface Spent {
  /** Wall and CPU time of all threads per operation. */
  readonly wallUs: number
  readonly cpuUs: number
}

export async function spend(workMs: number, step: Step): Promise<Spent> {
  const cpu = process.cpuUsage()
  const startedAtMs = performance.now()
  let doneCount = 0
  let elapsedMs = 0
  while (elapsedMs < workMs) {
    doneCount += await step()
    await turn()
    elapsedMs = performance.now() - startedAtMs
  }
  await pause(SETTLE_MS)
  const { user, system } = process.cpuUsage(cpu)
  return { wallUs: (elapsedMs * 1_000) / doneCount, cpuUs: (user + system) / doneCount }
}
