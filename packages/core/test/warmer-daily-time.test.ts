/** Times of day against a plain reference: every minute looked at, by what a wall clock of the zone shows. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dailyTime, nextDailyAtMs } from '../src/warmer/daily-time.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  // Half an hour of summer time.
  'Australia/Lord_Howe',
  // Half an hour off, and never set.
  'Asia/Kolkata',
  // Set at midnight, so that days begin at 01:00.
  'America/Havana',
  'Asia/Beirut',
  // The other way round, in winter.
  'Africa/Casablanca',
]
const FROM_MS = Date.parse('2019-01-01T00:00:00Z')
const TO_MS = Date.parse('2027-01-01T00:00:00Z')

/** What a wall clock shows, as minutes of a calendar without zones. */
function wallClock(timeZone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
  return (instantMs) => Date.parse(`${format.format(instantMs).replace(' ', 'T')}Z`) / MINUTE_MS
}

/** The first minute after `afterMs` at which the wall clock comes to the time, or would have had it not been set. */
function plainNext(timeZone: string, minuteOfDay: number, afterMs: number): number {
  const shows = wallClock(timeZone)
  const wanted = (shownAt: number) => (Math.floor((shownAt - minuteOfDay) / 1_440) + 1) * 1_440 + minuteOfDay
  const fromMs = Math.floor((afterMs - DAY_MS) / MINUTE_MS) * MINUTE_MS
  let latest = shows(fromMs)
  for (let instantMs = fromMs + MINUTE_MS; ; instantMs += MINUTE_MS) {
    const next = wanted(latest)
    const shown = shows(instantMs)
    // Set back, it shows times again that it has shown: only what is later than all of them is new.
    if (shown <= latest) continue
    // What it shows was not skipped; what it skipped would have come so many minutes later.
    const atMs = shown === next ? instantMs : instantMs + (next - latest - 1) * MINUTE_MS
    if (shown >= next && atMs > afterMs) return atMs
    latest = shown
  }
}

/** Days on which the zone's clocks are set, by what they show a day apart. */
function daysOfChange(timeZone: string): readonly number[] {
  const shows = wallClock(timeZone)
  const days = Array.from({ length: (TO_MS - FROM_MS) / DAY_MS }, (_, at) => FROM_MS + at * DAY_MS)
  return days.filter((dayMs) => shows(dayMs + DAY_MS) - shows(dayMs) !== 1_440)
}

const instants = (timeZone: string) => {
  const anywhere = fc.integer({ min: FROM_MS, max: TO_MS })
  const changes = daysOfChange(timeZone)
  if (changes.length === 0) return anywhere
  return fc.oneof(
    anywhere,
    fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -DAY_MS, max: DAY_MS }))
      .map(([dayMs, byMs]) => dayMs + byMs),
  )
}

function timeText(minuteOfDay: number): string {
  const [hours, minutes] = [Math.floor(minuteOfDay / 60), minuteOfDay % 60]
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
}

describe.each(ZONES)('%s', (timeZone) => {
  test('the next instant is the one a look at every minute finds', () => {
    const minutes = fc.oneof(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 0, max: 240 }))
    fc.assert(
      fc.property(instants(timeZone), minutes, (afterMs, minuteOfDay) => {
        const found = nextDailyAtMs(dailyTime(timeText(minuteOfDay), timeZone), afterMs)
        expect(new Date(found)).toEqual(new Date(plainNext(timeZone, minuteOfDay, afterMs)))
      }),
      { numRuns: 30 },
    )
  })

  test.each(['00:00', '02:15', '23:59'])('%s comes exactly once on every day of two years', (timeOfDay) => {
    const time = dailyTime(timeOfDay, timeZone)
    const shows = wallClock(timeZone)
    const dates: number[] = []
    const untilMs = FROM_MS + 730 * DAY_MS
    for (let atMs = nextDailyAtMs(time, FROM_MS); atMs < untilMs; atMs = nextDailyAtMs(time, atMs)) {
      dates.push(Math.floor(shows(atMs) / 1_440))
    }
    const [first = 0] = dates
    expect(dates).toEqual(dates.map((_, at) => first + at))
    expect(dates.length).toBeGreaterThanOrEqual(729)
  })
})

test('a time at the end of a day that is cut short comes after midnight', () => {
  // Since 2024 Greenland's clocks go from 23:00 to 00:00; asked at ten past midnight, yesterday's 23:30 is to come.
  const found = nextDailyAtMs(dailyTime('23:30', 'America/Nuuk'), Date.parse('2025-03-30T01:10:00Z'))
  expect(new Date(found).toISOString()).toBe('2025-03-30T01:30:00.000Z')
})

test('without a zone it is the process’s own', () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  expect(nextDailyAtMs(dailyTime('12:00', undefined), FROM_MS)).toBe(
    nextDailyAtMs(dailyTime('12:00', timeZone), FROM_MS),
  )
})
