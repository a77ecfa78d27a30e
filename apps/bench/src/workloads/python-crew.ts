/** Processes of diskcache, asked like a crew of ours. They end when their standard input does, and so with this process. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SkippedError } from '../harness/contract.ts'
import { figuresIn } from '../material/printed-figures.ts'
import { type CrewRun, type CrewTask, together } from './crew.ts'

/** What Python says last, when it cannot begin. */
const SHOWN_LENGTH = 120

interface Member {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  readonly lines: AsyncIterator<string>
  readonly ended: Promise<unknown>
  complaint: string
}

export class PythonCrew {
  readonly #members: readonly Member[]

  private constructor(members: readonly Member[]) {
    this.#members = members
  }

  /** @param script of the contenders' folder @throws SkippedError where Python or diskcache is not there */
  static async gather(count: number, script: string, args: readonly string[]): Promise<PythonCrew> {
    const members = Array.from({ length: count }, () => begin(script, args))
    const crew = new PythonCrew(members)
    try {
      await Promise.all(members.map(answerOf))
    } catch (cause) {
      await crew.dismiss()
      throw new SkippedError(`python3 with its package diskcache is not here: ${messageOf(cause)}`, { cause })
    }
    return crew
  }

  async run(task: CrewTask): Promise<CrewRun> {
    return together(task, this.#members, async (member, timed) => {
      member.child.stdin.write(`${JSON.stringify(timed)}\n`)
      const { endedAtMs = Number.NaN, ...figures } = figuresIn(await answerOf(member))
      return { ...figures, endedAtMs }
    })
  }

  async dismiss(): Promise<void> {
    await Promise.all(
      this.#members.map(async ({ child }) => {
        if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
        const ended = once(child, 'exit')
        child.stdin.end()
        await ended
      }),
    )
  }
}

function begin(script: string, args: readonly string[]): Member {
  const path = fileURLToPath(new URL(`../contenders/${script}`, import.meta.url))
  const child = spawn('python3', [path, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const reader = createInterface({ input: child.stdout })
  const { promise: ended, resolve } = Promise.withResolvers<undefined>()
  child.once('close', () => resolve(undefined))
  const member: Member = { child, lines: reader[Symbol.asyncIterator](), ended, complaint: '' }
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    member.complaint = text.trimEnd().split('\n').at(-1)?.slice(0, SHOWN_LENGTH) ?? ''
  })
  child.on('error', (error) => {
    member.complaint = error.message
  })
  // A process that has ended reads nothing; that it has is told by the end of its answers.
  child.stdin.on('error', () => undefined)
  return member
}

async function answerOf(member: Member): Promise<string> {
  const next = await member.lines.next()
  if (next.done !== true) return next.value
  await member.ended
  throw new Error(member.complaint === '' ? 'its process ended without an answer' : member.complaint)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
