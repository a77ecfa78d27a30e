/** Which fields of a response are kept (RFC 9111, 3.1), and what a 304 may change in them (3.2). */
import type { ServerResponse } from 'node:http'
import { fieldText, listMembers } from './header-text.ts'
import type { Field } from './stored-response.ts'

/** Fields of one connection, and those that this cache writes itself. */
const NEVER_KEPT: ReadonlySet<string> = new Set([
  'age',
  'connection',
  'content-length',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** They tell of the bytes that are kept, not of those that a 304 did not send. */
const BOUND_TO_BODY: ReadonlySet<string> = new Set(['content-encoding', 'content-range', 'content-type'])

/** Fields as they were before the handler ran: what it left alone is not part of its response. */
export type FieldsBefore = ReturnType<ServerResponse['getHeaders']>

/** The fields of the response as they are now that are to be kept. */
export function keptFields(res: ServerResponse, before: FieldsBefore, omitted: ReadonlySet<string>): readonly Field[] {
  const named = new Set(listMembers((fieldText(res.getHeader('connection')) ?? '').toLowerCase()))
  const fields: Field[] = []
  for (const name of res.getHeaderNames()) {
    if (NEVER_KEPT.has(name) || named.has(name) || omitted.has(name)) continue
    const value = res.getHeader(name)
    if (value === undefined || isSame(value, before[name])) continue
    fields.push([name, typeof value === 'object' ? value.map(String) : `${value}`])
  }
  return fields
}

/** Names of fields that were there before the handler ran, and that it took away; undefined when there are none. */
export function removedFields(res: ServerResponse, before: FieldsBefore): readonly string[] | undefined {
  const names = Object.keys(before).filter((name) => !NEVER_KEPT.has(name) && !res.hasHeader(name))
  return names.length === 0 ? undefined : names
}

/** The stored fields as a 304 leaves them: those it has replace those of their name. */
export function refreshedFields(stored: readonly Field[], news: readonly Field[]): readonly Field[] {
  const used = news.filter(([name]) => !BOUND_TO_BODY.has(name.toLowerCase()))
  const replaced = new Set(used.map(([name]) => name.toLowerCase()))
  return [...stored.filter(([name]) => !replaced.has(name.toLowerCase())), ...used]
}

function isSame(value: number | string | readonly string[], before: FieldsBefore[string]): boolean {
  if (before === undefined) return false
  return String(value) === String(before)
}
