/** Figures and days as the page writes them. One language throughout, so that the layout never depends on the reader's. */
import { type DayRange, dayStartAtMs } from '../shared/calendar.ts'

const LANGUAGE = 'en-US'
const whole = new Intl.NumberFormat(LANGUAGE)
const tenths = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const short = new Intl.NumberFormat(LANGUAGE, { notation: 'compact', maximumFractionDigits: 1 })
const percent = new Intl.NumberFormat(LANGUAGE, { style: 'percent', maximumFractionDigits: 1 })
const tenthPercent = new Intl.NumberFormat(LANGUAGE, {
  style: 'percent',
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
})
const dayMonth = new Intl.DateTimeFormat(LANGUAGE, { day: 'numeric', month: 'short', timeZone: 'UTC' })
const monthYear = new Intl.DateTimeFormat(LANGUAGE, { month: 'short', year: 'numeric', timeZone: 'UTC' })
const dayMonthYear = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: 'medium', timeZone: 'UTC' })

export const formatCount = (count: number): string => whole.format(count)
export const formatShortCount = (count: number): string => short.format(count)
/** A true minus sign: it is as wide as a plus, and does not break off its number. */
export const formatMinutes = (minutes: number): string => tenths.format(minutes).replace('-', '−')
export const formatWholeMinutes = (minutes: number): string => whole.format(Math.round(minutes)).replace('-', '−')
/** For columns, in which the digits stand under each other: `79.0%`. */
export const formatTenthShare = (share: number): string => tenthPercent.format(share)
export const formatShare = (share: number): string => percent.format(share)
export const formatDay = (day: string): string => dayMonth.format(dayStartAtMs(day))
export const formatFullDay = (day: string): string => dayMonthYear.format(dayStartAtMs(day))
/** Both ends, without what they share: `Jan 1 – Jun 30, 2001`. */
export const formatDays = ({ from, to }: DayRange): string =>
  dayMonthYear.formatRange(dayStartAtMs(from), dayStartAtMs(to))
export const formatMonth = (day: string): string => monthYear.format(dayStartAtMs(day))
export const formatHour = (hour: number): string => `${String(hour).padStart(2, '0')}:00`

const SPANS = [
  { unit: 'd', lengthMs: 86_400_000 },
  { unit: 'h', lengthMs: 3_600_000 },
  { unit: 'min', lengthMs: 60_000 },
  { unit: 's', lengthMs: 1_000 },
] as const

/** In the largest unit it fills: `412 ms`, `12 s`, `3 min`. */
export function formatSpan(spanMs: number): string {
  const fitting = SPANS.find(({ lengthMs }) => spanMs >= lengthMs)
  return fitting === undefined ? `${Math.round(spanMs)} ms` : `${Math.floor(spanMs / fitting.lengthMs)} ${fitting.unit}`
}

/** For what counts in seconds only, such as a limit: `60 s`. */
export const formatSeconds = (spanMs: number): string => `${whole.format(Math.floor(spanMs / 1_000))} s`

/** What is left of a day or an hour, to the minute: `1 h 58 min`, `12 min`. */
export function formatLeft(spanMs: number): string {
  const minutes = Math.max(1, Math.ceil(spanMs / 60_000))
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** Short times with a digit where it says something: `0.4 ms`, `12 ms`. */
export function formatMs(spanMs: number): string {
  return spanMs < 10 ? `${tenths.format(spanMs)} ms` : `${whole.format(Math.round(spanMs))} ms`
}

/** The time of day in that zone: `23:41`. */
export function formatClock(atMs: number, timeZone: string): string {
  return new Intl.DateTimeFormat(LANGUAGE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone }).format(
    atMs,
  )
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  return bytes < 1_000_000 ? `${whole.format(Math.round(bytes / 1_000))} kB` : `${tenths.format(bytes / 1_000_000)} MB`
}
