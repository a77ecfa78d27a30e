/** What a look at everything that is stored finds, in small steps: until its end, or until there is no more time. */
import type { CheckReport } from '@stowage/core'
import { entriesText } from './amounts.ts'
import { progressLine } from './progress-line.ts'
import type { Visit } from './visit.ts'

export type Sum = { -readonly [Figure in keyof CheckReport]: number }

interface Extent {
  readonly isRepair?: boolean
  /** Whether there is time for another step. */
  readonly goesOn?: () => boolean
}

/** @returns what was found, and whether it is of everything */
export async function examined(
  { backend, signal }: Pick<Visit, 'backend' | 'signal'>,
  { isRepair = false, goesOn = () => true }: Extent,
): Promise<{ readonly sum: Sum; readonly isWhole: boolean }> {
  const sum: Sum = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }
  const progress = progressLine()
  let isWhole = true
  for await (const step of backend.check(isRepair, Date.now())) {
    signal.throwIfAborted()
    sum.entries += step.entries
    sum.bytes += step.bytes
    sum.torn += step.torn
    sum.wrong += step.wrong
    sum.orphans += step.orphans
    sum.repaired += step.repaired
    progress.show(() => `${entriesText(sum.entries)} looked at`)
    isWhole = goesOn()
    if (!isWhole) break
  }
  progress.clear()
  return { sum, isWhole }
}
