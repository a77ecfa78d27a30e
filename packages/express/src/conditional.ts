/**
 * Preconditions of a request, held against a complete response (RFC 9110, 13): whether the client has it already.
 * If-Match and If-Unmodified-Since are left to the handler.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { listMembers } from './header-text.ts'
import { parseHttpDate } from './http-date.ts'

/** What the response can be told by. */
export interface Validators {
  readonly etag: string | undefined
  readonly lastModified: string | undefined
  readonly date: string | undefined
}

/** The fields by which a client asks whether what it has is still right. */
export interface Precondition {
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
}

export function preconditionOf(headers: IncomingHttpHeaders): Precondition | undefined {
  const ifNoneMatch = headers['if-none-match']
  const ifModifiedSince = headers['if-modified-since']
  return ifNoneMatch === undefined && ifModifiedSince === undefined ? undefined : { ifNoneMatch, ifModifiedSince }
}

/** Whether a 304 answers the request. */
export function isUnchanged(precondition: Precondition, validators: Validators, nowMs: number): boolean {
  const { ifNoneMatch, ifModifiedSince } = precondition
  if (ifNoneMatch !== undefined) return isListed(ifNoneMatch, validators.etag)
  const sinceMs = parseHttpDate(ifModifiedSince, nowMs)
  const changedMs = parseHttpDate(validators.lastModified ?? validators.date, nowMs)
  if (sinceMs === undefined || changedMs === undefined) return false
  return changedMs <= sinceMs
}

function isListed(list: string, etag: string | undefined): boolean {
  if (list.trim() === '*') return true
  return etag !== undefined && listMembers(list).some((each) => opaque(each) === opaque(etag))
}

/** Whether what a 304 says is a stored response's tag: a strong one is that of the very same bytes only (RFC 9111, 4.3.4). */
export function isTagOf(said: string, stored: string): boolean {
  return said === stored || (said.startsWith('W/') && opaque(said) === opaque(stored))
}

/** The tag without its weakness: If-None-Match compares weakly (RFC 9110, 8.8.3.2). */
function opaque(etag: string): string {
  return etag.startsWith('W/') ? etag.slice(2) : etag
}
