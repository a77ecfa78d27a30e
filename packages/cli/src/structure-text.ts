/** What the figures of a structure say, in words. */
import type { StructureSummary } from '@stowage/structures'
import { countText, entriesText, spanText } from './amounts.ts'

type Figures = Readonly<Record<string, number>>

const TEXTS: Readonly<Record<StructureSummary['kind'], (figures: Figures) => string>> = {
  queue: ({ ready = 0, waiting = 0, dead = 0 }) =>
    `${countText(ready)} ready, ${countText(waiting)} pulled or delayed, ${countText(dead)} dead`,
  index: ({ entries = 0 }) => entriesText(entries),
  lock: (figures) => permitsText('held', figures),
  semaphore: (figures) => permitsText(`${countText(figures['holders'] ?? 0)} held`, figures),
  throttle: ({ aheadMs = 0 }) => (aheadMs === 0 ? 'nothing booked ahead' : `booked ${spanText(aheadMs)} ahead`),
  counter: ({ value = 0 }) => countText(value),
  averager: ({ total = 0, count = 0 }) =>
    count === 0 ? 'nothing yet' : `${countText(total / count)}, mean of ${countText(count)}`,
  other: () => 'not known here',
}

/** Undefined: they cannot be read. */
export function structureText({ kind, figures }: StructureSummary): string | undefined {
  return Object.values(figures).some(Number.isNaN) ? undefined : TEXTS[kind](figures)
}

/** A holder that has died holds on until then. */
function permitsText(held: string, { holders = 0, waiting = 0, endsInMs = 0 }: Figures): string {
  const line = waiting === 0 ? '' : `, ${countText(waiting)} waiting`
  return holders === 0 ? `free${line}` : `${held}, for ${spanText(endsInMs)} unless renewed${line}`
}
