/**
 * What a response says about its being stored and reused (RFC 9111, 5.2.2; RFC 5861; RFC 9213): its own words only. What the
 * route says is added in storability.ts.
 */
import type { OutgoingHttpHeader } from 'node:http'
import { type Directives, forbids, isDigits, MAX_SECONDS, parseDirectives, permits, secondsOf } from './directives.ts'
import { fieldText, listMembers } from './header-text.ts'
import { parseHttpDate } from './http-date.ts'
import { type DictionaryValue, parseDictionary } from './structured-dictionary.ts'

/** Reads one header field of the response. */
export type FieldOf = (name: string) => OutgoingHttpHeader | undefined

export interface ResponseTerms {
  readonly noStore: boolean
  readonly isPrivate: boolean
  readonly noCache: boolean
  readonly isPublic: boolean
  readonly mustUnderstand: boolean
  /** Never served stale, whatever happens (must-revalidate, proxy-revalidate; s-maxage that says nothing of it). */
  readonly mustRevalidate: boolean
  /** May be reused though the request was authenticated (RFC 9111, 3.5). */
  readonly allowsCredentials: boolean
  /** Undefined when it does not say. */
  readonly freshMs: number | undefined
  readonly staleWhileRevalidateMs: number | undefined
  readonly staleIfErrorMs: number | undefined
  readonly initialAgeMs: number
}

export interface Received {
  readonly fieldOf: FieldOf
  /** When the handler was asked, and when it answered. */
  readonly requestAtMs: number
  readonly responseAtMs: number
}

export function readTerms(received: Received): ResponseTerms {
  const directives = targetedDirectives(received.fieldOf) ?? parseDirectives(textOf(received, 'cache-control'))
  const isTargeted = targetedDirectives(received.fieldOf) !== undefined
  const sharedSeconds = secondsOf(directives, 's-maxage')
  const isPublic = permits(directives, 'public')
  const mustRevalidate = forbids(directives, 'must-revalidate')
  // With s-maxage nothing is served stale (RFC 9111, 5.2.2.10), and what the route says does not count. What the response itself
  // says beside it does, other than in that RFC: who writes both means both.
  const unsaidStaleMs = sharedSeconds === undefined ? undefined : 0
  const staleWhileRevalidateMs = inMs(secondsOf(directives, 'stale-while-revalidate')) ?? unsaidStaleMs
  const staleIfErrorMs = inMs(secondsOf(directives, 'stale-if-error')) ?? unsaidStaleMs
  const isNeverStale = sharedSeconds !== undefined && staleWhileRevalidateMs === 0 && staleIfErrorMs === 0
  return {
    noStore: forbids(directives, 'no-store'),
    isPrivate: forbids(directives, 'private'),
    noCache: forbids(directives, 'no-cache'),
    isPublic,
    mustUnderstand: permits(directives, 'must-understand'),
    mustRevalidate: mustRevalidate || forbids(directives, 'proxy-revalidate') || isNeverStale,
    allowsCredentials: isPublic || mustRevalidate || sharedSeconds !== undefined,
    freshMs: inMs(sharedSeconds ?? secondsOf(directives, 'max-age')) ?? (isTargeted ? undefined : expiresMs(received)),
    staleWhileRevalidateMs,
    staleIfErrorMs,
    initialAgeMs: initialAgeMs(received),
  }
}

/**
 * The directives of CDN-Cache-Control, which stand in place of Cache-Control and Expires (RFC 9213, 2.1); undefined when it is
 * absent or no dictionary.
 */
function targetedDirectives(fieldOf: FieldOf): Directives | undefined {
  const text = fieldText(fieldOf('cdn-cache-control'))
  const members = text === undefined ? undefined : parseDictionary(text)
  if (members === undefined || members.size === 0) return undefined
  const said = [...members].filter(([, value]) => value !== false)
  return new Map(said.map(([name, value]) => [name, [directiveOf(value)]]))
}

function directiveOf(value: DictionaryValue): { readonly value: string | undefined; readonly wellFormed: boolean } {
  if (value === true) return { value: undefined, wellFormed: true }
  return { value: `${value}`, wellFormed: typeof value === 'number' }
}

function expiresMs({ fieldOf, responseAtMs }: Received): number | undefined {
  const text = fieldText(fieldOf('expires'))
  if (text === undefined) return undefined
  const atMs = parseHttpDate(text, responseAtMs)
  // What is no date has expired (RFC 9111, 5.3).
  return atMs === undefined ? 0 : Math.max(0, atMs - dateMs(fieldOf, responseAtMs))
}

/** RFC 9111, 4.2.3. */
function initialAgeMs({ fieldOf, requestAtMs, responseAtMs }: Received): number {
  const apparentMs = Math.max(0, responseAtMs - dateMs(fieldOf, responseAtMs))
  const delayMs = Math.max(0, responseAtMs - requestAtMs)
  return Math.max(apparentMs, ageFieldMs(fieldOf) + delayMs)
}

/** The first member counts, and what is no number is passed over (RFC 9111, 5.1). */
function ageFieldMs(fieldOf: FieldOf): number {
  const first = listMembers(fieldText(fieldOf('age')) ?? '')[0]
  return first !== undefined && isDigits(first) ? Math.min(Number(first), MAX_SECONDS) * 1000 : 0
}

/** When the response was made; when it does not say, now. */
export function dateMs(fieldOf: FieldOf, responseAtMs: number): number {
  return parseHttpDate(fieldText(fieldOf('date')), responseAtMs) ?? responseAtMs
}

function textOf({ fieldOf }: Received, name: string): string | undefined {
  return fieldText(fieldOf(name))
}

function inMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000
}
