/**
 * Durations as users write them, and the instants of an entry made from them.
 *
 * There is no magic zero: 0, negative and NaN are refused, and "for ever" is a word. The windows that follow the ttl are
 * added after it (docs/guarantees.md), so a stale window can never shorten a life.
 */
import { NEVER_MS } from './clock.ts'
import { ConfigError, describe } from './errors.ts'

/** A length of time: a number is milliseconds, a string carries its unit (`'90s'`, `'1.5h'`). */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`

/** How long an entry is fresh. */
export type Ttl = Duration | 'forever'

/**
 * The instants fixed when an entry is written, in Unix milliseconds and in this order; a copy in a near tier may have to go
 * (`expireAtMs`) before its other instants.
 */
export interface EntryTimes {
  readonly storedAtMs: number
  /** First instant at which the value is no longer fresh. Only core's freshness rule reads it. */
  readonly staleAtMs: number
  /** First instant at which the stale value is served only in place of a load that failed. Core's freshness rule reads it. */
  readonly errorOnlyAtMs: number
  /** First instant at which the value may not be served at all. The only one a backend obeys. */
  readonly expireAtMs: number
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** The last instant anything is compared with: 11,000 years of window after "never", and still a safe integer. */
const LAST_MS = 9e15

const ALLOWED = "milliseconds above 0, or a text such as '500ms', '30s', '15m', '1h', '7d', '2w'"

/** Milliseconds of a duration. @throws ConfigError when it is not positive and finite, naming `option` and the value. */
export function durationMs(option: string, duration: unknown): number {
  const lengthMs = typeof duration === 'string' ? parse(duration) : duration
  if (typeof lengthMs !== 'number' || !Number.isFinite(lengthMs) || lengthMs <= 0) {
    throw new ConfigError(`${option}: ${describe(duration)} is not a duration; allowed: ${ALLOWED}`)
  }
  return Math.ceil(lengthMs)
}

/** Milliseconds of a ttl; `'forever'` is NEVER_MS. @throws ConfigError as {@link durationMs} does. */
export function ttlMs(option: string, ttl: unknown): number {
  if (ttl === 'forever') return NEVER_MS
  const lengthMs = typeof ttl === 'string' ? parse(ttl) : ttl
  if (typeof lengthMs !== 'number' || !Number.isFinite(lengthMs) || lengthMs <= 0) {
    throw new ConfigError(`${option}: ${describe(ttl)} is not a ttl; allowed: ${ALLOWED}, or 'forever'`)
  }
  return Math.ceil(lengthMs)
}

/** The windows of an entry: how long fresh, and from then how long usable as stale, at once or after a failed load. */
export interface Windows {
  readonly freshMs: number
  readonly staleWhileRevalidateMs: number
  readonly staleIfErrorMs: number
}

/** The instants of an entry written at `nowMs`. Both stale windows begin where freshness ends; the longer one decides. */
export function entryTimes(nowMs: number, windows: Windows): EntryTimes {
  const staleAtMs = Math.min(nowMs + windows.freshMs, NEVER_MS)
  // Windows are kept beyond "never" too: an entry that is expired early (expire, touch) gets them back.
  const errorOnlyAtMs = Math.min(staleAtMs + windows.staleWhileRevalidateMs, LAST_MS)
  const expireAtMs = Math.max(errorOnlyAtMs, Math.min(staleAtMs + windows.staleIfErrorMs, LAST_MS))
  return { storedAtMs: nowMs, staleAtMs, errorOnlyAtMs, expireAtMs }
}

/** The same entry with a new life of `freshMs` from `nowMs`; its stale windows keep their lengths. */
export function prolonged(times: EntryTimes, freshMs: number, nowMs: number): EntryTimes {
  const windows = {
    freshMs,
    staleWhileRevalidateMs: times.errorOnlyAtMs - times.staleAtMs,
    staleIfErrorMs: times.expireAtMs - times.staleAtMs,
  }
  // A clock that went back must not put the end of life before its beginning.
  const fromMs = Math.max(nowMs, times.storedAtMs)
  return { ...entryTimes(fromMs, windows), storedAtMs: times.storedAtMs }
}

/** Whether nobody has given the entry another life in between. */
export function isSameLife(one: EntryTimes, other: EntryTimes): boolean {
  return (
    one.storedAtMs === other.storedAtMs &&
    one.staleAtMs === other.staleAtMs &&
    one.errorOnlyAtMs === other.errorOnlyAtMs &&
    one.expireAtMs === other.expireAtMs
  )
}

function parse(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(text)
  const [, amount, unit] = found ?? []
  return amount === undefined || unit === undefined ? Number.NaN : Number(amount) * (UNIT_MS[unit] ?? Number.NaN)
}
