/**
 * Which request fields a response depends on, and the variant a request asks for by them (RFC 9111, 4.1). Values are
 * compared as they came; only where the field's own grammar says that it makes no difference are spaces and case evened
 * out. The order of a list stays: handlers prefer what comes first.
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, OutgoingHttpHeader } from 'node:http'
import { fieldText, listMembers } from './header-text.ts'

/** A response that depends on more is not stored. */
const MAX_NAMES = 16
const CASELESS_LISTS = new Set(['accept-charset', 'accept-encoding', 'accept-language'])

/** Names in lower case, sorted, each once; undefined when it depends on what no request tells (`*`), or on too much. */
export function varyNames(
  vary: OutgoingHttpHeader | undefined,
  more: readonly string[],
): readonly string[] | undefined {
  const named = listMembers((fieldText(vary) ?? '').toLowerCase())
  const names = [...new Set([...named, ...more])].sort(byText)
  return names.some((name) => name.includes('*')) || names.length > MAX_NAMES ? undefined : names
}

/** One text per combination of values: equal only for equal values of equal names. */
export function variantOf(names: readonly string[], headers: IncomingHttpHeaders): string {
  const values = names.map((name) => [name, Object.hasOwn(headers, name) ? evened(name, headers[name]) : null])
  return createHash('sha256').update(JSON.stringify(values)).digest('base64url')
}

function evened(name: string, value: string | readonly string[] | undefined): string | readonly string[] {
  const text = typeof value === 'object' ? value.join(', ') : (value ?? '')
  return CASELESS_LISTS.has(name) ? listMembers(text.toLowerCase()) : text
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
