/** HTTP dates (RFC 9110, 5.6.7) in their three forms; anything else is no date. Upper and lower case are the same. */

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const FIXDATE = /^(?:mon|tue|wed|thu|fri|sat|sun), (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) gmt$/
const RFC850 = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day, (\d\d)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) gmt$/
const ASCTIME = /^(?:mon|tue|wed|thu|fri|sat|sun) ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/
/** Longer text is no date; it is not looked at. */
const MAX_LENGTH = 40
const FIFTY_YEARS = 50

/** Unix milliseconds of an HTTP date; undefined when it is none. */
export function parseHttpDate(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined || text.length > MAX_LENGTH) return undefined
  const lower = text.toLowerCase()
  const fix = FIXDATE.exec(lower)
  if (fix !== null) return instant(fix[3], fix[2], fix[1], fix.slice(4))
  const old = RFC850.exec(lower)
  if (old !== null) return instant(String(fullYear(Number(old[3]), nowMs)), old[2], old[1], old.slice(4))
  const asc = ASCTIME.exec(lower)
  return asc === null ? undefined : instant(asc[6], asc[1], asc[2], asc.slice(3, 6))
}

/** Two digits that would be more than 50 years ahead are of the century before. */
function fullYear(digits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear()
  const year = thisYear - (thisYear % 100) + digits
  return year > thisYear + FIFTY_YEARS ? year - 100 : year
}

function instant(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  time: readonly string[],
): number | undefined {
  const monthIndex = MONTHS.indexOf(month ?? '')
  const [hours, minutes, seconds] = time.map(Number)
  if (monthIndex < 0 || hours === undefined || minutes === undefined || seconds === undefined) return undefined
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined
  const midnightMs = Date.UTC(Number(year), monthIndex, Number(day))
  // The 31st of February is no day.
  if (new Date(midnightMs).getUTCDate() !== Number(day)) return undefined
  return midnightMs + ((hours * 60 + minutes) * 60 + seconds) * 1000
}
