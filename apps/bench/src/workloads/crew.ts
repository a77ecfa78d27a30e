/** Several processes on one store, asked for the same work at the same instant. Its processes run crew-main.ts. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Contender } from '../contenders/contender.ts'
import type { Figures } from '../harness/contract.ts'
import { nextMessage } from '../harness/next-message.ts'

export interface CrewTask {
  /** No two rounds have the same. */
  readonly round: number
  /** How much is asked of each process: callers, milliseconds or calls, as the job has it. */
  readonly amount: number
}

/** The instant at which all begin, on the clock all processes of the machine share ({@link sharedNowMs}). */
export interface TimedTask extends CrewTask {
  readonly startAtMs: number
}

export interface CrewReport extends Figures {
  readonly endedAtMs: number
}

/** What a process of a crew does. */
export interface CrewJob {
  readonly name: string
  readonly contenders: readonly Contender[]
  join(contender: Contender, directory: string): Promise<CrewMember>
}

interface CrewMember {
  run(task: CrewTask): Promise<CrewReport>
  close(): unknown
}

export interface CrewRun {
  readonly reports: readonly CrewReport[]
  /** Until the last process was done. */
  readonly wallMs: number
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
  static async gather(count: number, job: CrewJob, contender: string, directory: string): Promise<Crew> {
    const main = new URL('../crew-main.ts', import.meta.url)
    const members = Array.from({ length: count }, () => fork(main, [job.name, contender, directory]))
    await Promise.all(members.map((member) => nextMessage(member, STEP_LIMIT_MS)))
    return new Crew(members)
  }

  async run(task: CrewTask): Promise<CrewRun> {
    return together(task, this.#members, (member, timed) => {
      const report = nextMessage<CrewReport>(member, STEP_LIMIT_MS)
      member.send(timed)
      return report
    })
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

/** Asks all members, of whatever kind, for the task at one instant. */
export async function together<Member>(
  task: CrewTask,
  members: readonly Member[],
  ask: (member: Member, timed: TimedTask) => Promise<CrewReport>,
): Promise<CrewRun> {
  const startAtMs = sharedNowMs() + LEAD_MS
  const reports = await Promise.all(members.map((member) => ask(member, { ...task, startAtMs })))
  return { reports, wallMs: Math.max(...reports.map(({ endedAtMs }) => endedAtMs)) - startAtMs }
}

/** Over all processes. */
export function sumOf(reports: readonly CrewReport[], figure: string): number {
  return reports.reduce((sum, report) => sum + (report[figure] ?? 0), 0)
}

/** The machine's monotonic clock, which has the same origin in every process. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
