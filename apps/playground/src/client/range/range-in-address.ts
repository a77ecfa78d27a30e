/** The filter in the page's address (`?from=…&to=…`): shareable, and read back with a word about what is wrong with it. */
import { type DayRange, isDay } from '../../shared/calendar.ts'

export interface RangeReading {
  readonly range: DayRange
  /** Why the address was not followed; undefined when it was. */
  readonly complaint: string | undefined
}

/** A missing day is the first or last one there is. Anything wrong falls back to all days. */
export function readRange(search: string, days: DayRange): RangeReading {
  const query = new URLSearchParams(search)
  const range = { from: query.get('from') ?? days.from, to: query.get('to') ?? days.to }
  const complaint = complaintAbout(range, days)
  return { range: complaint === undefined ? range : days, complaint }
}

/** Undefined when the range can be asked for. */
export function complaintAbout({ from, to }: DayRange, days: DayRange): string | undefined {
  for (const day of [from, to]) {
    if (day === '') return 'A day is missing.'
    if (!isDay(day)) return `“${day}” is not a day written YYYY-MM-DD.`
    if (day < days.from || day > days.to) return `${day} is outside the flights’ days, ${days.from} to ${days.to}.`
  }
  return from > to ? `The range begins (${from}) after it ends (${to}).` : undefined
}

/** The address for a range; all days need no query. */
export function addressOf(range: DayRange, days: DayRange, path: string): string {
  if (range.from === days.from && range.to === days.to) return path
  return `${path}?${new URLSearchParams({ from: range.from, to: range.to })}`
}
