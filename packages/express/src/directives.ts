/**
 * What a Cache-Control field says (RFC 9111, 5.2), in its strictest reading: a directive that forbids holds however it is
 * written, one that permits holds only when it is well-formed, and of two numbers the smaller one counts. Never throws.
 */
import { listMembers } from './header-text.ts'

/** Seconds beyond which a time is "a long time" (RFC 9111, 1.2.2). */
export const MAX_SECONDS = 2_147_483_648

interface Directive {
  /** Undefined when there is none. */
  readonly value: string | undefined
  /** Neither stray characters nor spaces round the equals sign. */
  readonly wellFormed: boolean
}

export type Directives = ReadonlyMap<string, readonly Directive[]>

const NONE: Directives = new Map()

/** Directives by name in lower case. */
export function parseDirectives(text: string | undefined): Directives {
  if (text === undefined) return NONE
  const directives = new Map<string, Directive[]>()
  for (const member of listMembers(text)) {
    const name = leadingToken(member)
    if (name === '') continue
    const directive = directiveOf(member.slice(name.length))
    const known = directives.get(name.toLowerCase())
    if (known === undefined) directives.set(name.toLowerCase(), [directive])
    else known.push(directive)
  }
  return directives
}

/** Whether a directive that forbids is there, in whatever form. */
export function forbids(directives: Directives, name: string): boolean {
  return directives.has(name)
}

/** Whether a directive that permits is there: each time well-formed, and without an argument. */
export function permits(directives: Directives, name: string): boolean {
  return directives.get(name)?.every(({ value, wellFormed }) => wellFormed && value === undefined) === true
}

/** The seconds of a directive: the smallest when there are several, 0 when any is malformed; undefined when there is none. */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const all = directives.get(name)
  if (all === undefined) return undefined
  return all.reduce((least, { value, wellFormed }) => {
    const isNumber = wellFormed && value !== undefined && isDigits(value)
    return isNumber ? Math.min(least, Number(value)) : 0
  }, MAX_SECONDS)
}

/** What follows a directive's name. */
function directiveOf(rest: string): Directive {
  if (rest === '') return { value: undefined, wellFormed: true }
  const isAssigned = rest.startsWith('=')
  const text = isAssigned ? rest.slice(1) : rest
  const unquoted = text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text
  return { value: unquoted, wellFormed: isAssigned && text.trim() === text }
}

function leadingToken(member: string): string {
  let at = 0
  while (at < member.length && isTokenChar(member.charCodeAt(at))) at++
  return member.slice(0, at)
}

const TOKEN_MARKS = new Set([..."!#$%&'*+-.^_`|~"].map((char) => char.charCodeAt(0)))

function isTokenChar(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    TOKEN_MARKS.has(code)
  )
}

/** Digits only: no sign, no fraction. */
export function isDigits(text: string): boolean {
  if (text === '') return false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 0x30 || code > 0x39) return false
  }
  return true
}
