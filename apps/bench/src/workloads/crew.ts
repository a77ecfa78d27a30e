/** Several processes on one store, asked for the same work at the same instant. Its processes run crew-main.ts. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { nextMessage } from '../harness/next-message.ts'

export interface CrewTask {
  readonly key: string
  readonly callerCount: number
  /** On the clock all processes of the machine share ({@link sharedNowMs}). */
  readonly startAtMs: number
}

export interface CrewReport {
  readonly loadCount: number
  readonly wrongCount: number
  readonly endedAtMs: number
}

/** A process of the crew that takes longer has hung. */
const STEP_LIMIT_MS = 30_000

/** Time for the task to reach every process before it begins. */
const LEAD_MS = 20

export class Crew {
  readonly #members: readonly ChildProcess[]

  private constructor(members: readonly ChildProcess[]) {
    this.#members = members
  }

  /** Resolves when every process has opened the contender on the folder. */
  static async gather(count: number, contender: string, directory: string): Promise<Crew> {
    const main = new URL('../crew-main.ts', import.meta.url)
    const members = Array.from({ length: count }, () => fork(main, [contender, directory]))
    await Promise.all(members.map((member) => nextMessage(member, STEP_LIMIT_MS)))
    return new Crew(members)
  }

  /** @returns each process's report, and how long it took until the last one had all its answers */
  async run(task: Omit<CrewTask, 'startAtMs'>): Promise<{ reports: readonly CrewReport[]; wallMs: number }> {
    const startAtMs = sharedNowMs() + LEAD_MS
    const reports = await Promise.all(
      this.#members.map((member) => {
        const report = nextMessage<CrewReport>(member, STEP_LIMIT_MS)
        member.send({ ...task, startAtMs })
        return report
      }),
    )
    return { reports, wallMs: Math.max(...reports.map(({ endedAtMs }) => endedAtMs)) - startAtMs }
  }

  async dismiss(): Promise<void> {
    await Promise.all(
      this.#members.map(async (member) => {
        if (!member.connected) return
        const ended = once(member, 'exit')
        member.disconnect()
        await ended
      }),
    )
  }
}

/** The machine's monotonic clock, which has the same origin in every process. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
