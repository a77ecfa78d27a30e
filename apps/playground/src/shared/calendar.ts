/**
 * Calendar days as `YYYY-MM-DD` texts: the one form in which days cross the wire, enter keys and stand in addresses.
 *
 * All arithmetic is in UTC, so a day never depends on the reader's time zone.
 */

/** First and last day, both included. */
export interface DayRange {
  readonly from: string
  readonly to: string
}

const DAY_MS = 24 * 60 * 60 * 1000
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/

/** The instant at which the day begins, in Unix ms; NaN for anything that is not a day of the calendar. */
export function dayStartAtMs(day: string): number {
  if (!DAY_FORM.test(day)) return Number.NaN
  const atMs = Date.parse(`${day}T00:00:00Z`)
  // Date.parse rolls 2001-02-30 over to March: only a day that reads back the same exists.
  return Number.isNaN(atMs) || dayOf(atMs) !== day ? Number.NaN : atMs
}

export function isDay(text: string): boolean {
  return !Number.isNaN(dayStartAtMs(text))
}

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

export function addDays(day: string, dayCount: number): string {
  return dayOf(dayStartAtMs(day) + dayCount * DAY_MS)
}

/** How many days the range holds; 1 when it begins and ends on the same day. */
export function dayCountOf(range: DayRange): number {
  return Math.round((dayStartAtMs(range.to) - dayStartAtMs(range.from)) / DAY_MS) + 1
}
