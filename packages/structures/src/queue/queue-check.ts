/** Whether what a queue keeps adds up: the length against the jobs that are there, and the bytes of each against their checksum. */
import type { Space } from '../space.ts'
import { death } from './job.ts'
import { ALL_DEAD, ALL_LIVE, LENGTH } from './layout.ts'
import { letterIfReadable } from './letter.ts'
import type { QueuePlan } from './options.ts'

export interface QueueReport {
  /** Jobs that are ready or waiting. */
  readonly jobs: number
  readonly dead: number
  /** Jobs whose bytes are not what was written. */
  readonly torn: number
  /** Whether the length that is kept is not the one that is there. */
  readonly wrong: number
  /** How much of that was put right: torn jobs go to the dead letters. */
  readonly repaired: number
}

const PAGE = 200
/** So often in a row somebody changed the length while it was counted: then it is left as it is. */
const MAX_COUNTS = 10

export async function checkQueue(space: Space, plan: QueuePlan, isRepairing: boolean): Promise<QueueReport> {
  const report = { jobs: 0, dead: 0, torn: 0, wrong: 0, repaired: 0 }
  for (let from = ALL_LIVE.from; ; ) {
    const page = await space.scan({ ...ALL_LIVE, from }, PAGE)
    for (const record of page) {
      if (letterIfReadable(plan.codec, record) !== undefined) continue
      report.torn++
      if (!isRepairing) continue
      const result = await space.commit({ expect: [record], changes: death(record) })
      if (result.outcome === 'done') report.repaired++
    }
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) break
    from = `${last.key} `
  }
  await compareLength(space, isRepairing, report)
  report.dead = await space.count(ALL_DEAD)
  return report
}

async function compareLength(
  space: Space,
  isRepairing: boolean,
  report: { jobs: number; wrong: number; repaired: number },
): Promise<void> {
  for (let attempt = 0; attempt < MAX_COUNTS; attempt++) {
    const before = await space.get(LENGTH)
    report.jobs = await space.count(ALL_LIVE)
    const after = await space.get(LENGTH)
    if (before?.version !== after?.version) continue
    if (Number(after?.value ?? 0) === report.jobs) return
    report.wrong = 1
    if (!isRepairing) return
    const expect = [{ key: LENGTH, version: after?.version ?? 0 }]
    const value = String(report.jobs)
    const result = await space.commit({ expect, changes: [{ do: 'put', key: LENGTH, value, moveCount: 0 }] })
    if (result.outcome !== 'done') continue
    report.repaired++
    return
  }
}
