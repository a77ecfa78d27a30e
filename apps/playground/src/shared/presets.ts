/** The ranges of days one click away: the buttons of the filter, and what the server keeps warm. */
import { addDays, type DayRange } from './calendar.ts'

export interface Preset {
  readonly label: string
  /** Undefined: all there are. */
  readonly dayCount: number | undefined
}

export const PRESETS: readonly Preset[] = [
  { label: '1 day', dayCount: 1 },
  { label: '7 days', dayCount: 7 },
  { label: '30 days', dayCount: 30 },
  { label: 'All', dayCount: undefined },
]

/** The last days there are; all of them when there are fewer. */
export function presetRange(days: DayRange, { dayCount }: Preset): DayRange {
  if (dayCount === undefined) return days
  const from = addDays(days.to, 1 - dayCount)
  return { from: from < days.from ? days.from : from, to: days.to }
}
