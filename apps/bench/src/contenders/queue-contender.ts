/** What a contender of queues does: put jobs in, get them done. Each says for itself what a job that is done costs. */

export const JOB = { to: 'ada@example.org', subject: 'Your weekly digest', number: 1 }
export type Job = typeof JOB

export interface QueueContender {
  readonly name: string
  readonly packages: readonly string[]
  open(directory: string): Promise<OpenQueue>
}

export interface OpenQueue {
  /** One after the other, or as many at once as the contender is about. */
  push(count: number): Promise<void>
  /** How many calls it has under way at once; 1 unless it says otherwise. */
  readonly width?: number
  /** So many that are there. @returns what was in the last one */
  pull(count: number): Promise<Job | undefined>
  /** Of an ordered map beside it, where there is one. */
  readonly map?: {
    set(key: string, value: Job): Promise<unknown>
    get(key: string): Promise<Job | undefined>
  }
  /** How many are left. */
  size(): Promise<number>
  close(): Promise<void>
}

/** So many, `width` at a time. */
export async function inTurn(count: number, width: number, step: (from: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += width) {
    if (width === 1) await step(from)
    else await Promise.all(Array.from({ length: Math.min(width, count - from) }, (_, at) => step(from + at)))
  }
}
