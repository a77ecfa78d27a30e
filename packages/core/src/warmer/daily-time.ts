/**
 * A time of day in a time zone, and the instants at which it comes.
 *
 * On the days on which the clocks are set, a time may not exist or may come twice. It has one instant on those days too,
 * by the rule of calendars (RFC 5545, 3.3.5): of two the first; and a time inside the gap counts as if the clocks had
 * not been set yet, so that 02:30 on a day that jumps from 02:00 to 03:00 is 03:30.
 */
import { ConfigError, describe } from '../errors.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export interface DailyTime {
  readonly sinceMidnightMs: number
  readonly format: Intl.DateTimeFormat
}

/**
 * @param timeOfDay `'HH:MM'`, from `'00:00'` to `'23:59'`
 * @param timeZone an IANA name; the process's own zone when undefined
 * @throws ConfigError naming the option, its value and what is allowed
 */
export function dailyTime(timeOfDay: unknown, timeZone: unknown): DailyTime {
  const [, hours, minutes] = typeof timeOfDay === 'string' ? (/^([01]\d|2[0-3]):([0-5]\d)$/.exec(timeOfDay) ?? []) : []
  if (hours === undefined || minutes === undefined) {
    throw new ConfigError(
      `schedule.dailyAt: ${describe(timeOfDay)} is not a time of day; allowed: 'HH:MM' from '00:00' to '23:59'`,
    )
  }
  return { sinceMidnightMs: (Number(hours) * 60 + Number(minutes)) * MINUTE_MS, format: zoneFormat(timeZone) }
}

/** The first instant after `afterMs` at which it is that time of day. */
export function nextDailyAtMs({ sinceMidnightMs, format }: DailyTime, afterMs: number): number {
  const today = Math.floor((afterMs + offsetMs(format, afterMs)) / DAY_MS)
  // From yesterday on: where a gap reaches over midnight, yesterday's time comes today.
  for (let day = today - 1; ; day++) {
    const atMs = instantMs(format, day * DAY_MS + sinceMidnightMs)
    if (atMs > afterMs) return atMs
  }
}

/** The instant of a local date and time, which is given as the instant it would be in UTC. */
function instantMs(format: Intl.DateTimeFormat, localMs: number): number {
  // A day before and after are surely on this and that side of a change of offset, were there one.
  const before = offsetMs(format, localMs - DAY_MS)
  const first = localMs - before
  if (offsetMs(format, first) === before) return first
  const after = offsetMs(format, localMs + DAY_MS)
  const second = localMs - after
  return offsetMs(format, second) === after ? second : first
}

/** How far the zone's clocks are ahead of UTC at an instant; they show whole seconds. */
function offsetMs(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts = new Map(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? Number.NaN
  const shownMs = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'))
  return shownMs - instantMs
}

function zoneFormat(timeZone: unknown): Intl.DateTimeFormat {
  const refused = `schedule.timeZone: ${describe(timeZone)} is not a time zone; allowed: an IANA name such as 'Europe/Berlin', 'UTC'`
  if (timeZone !== undefined && typeof timeZone !== 'string') throw new ConfigError(refused)
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch (cause) {
    throw new ConfigError(refused, { cause })
  }
}
