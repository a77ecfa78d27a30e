/**
 * One range of a complete body (RFC 9110, 14). Several ranges, units other than bytes and malformed ranges are passed over,
 * as the RFC allows: the answer is then the whole.
 */
import type { Validators } from './conditional.ts'
import { isDigits } from './directives.ts'
import { parseHttpDate } from './http-date.ts'

export interface ByteRange {
  readonly from: number
  /** The first byte after it. */
  readonly to: number
}

const UNIT = 'bytes='

/** `'unsatisfiable'` for a well-formed range that lies outside; undefined for what is to be passed over. */
export function byteRange(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  if (header?.slice(0, UNIT.length).toLowerCase() !== UNIT) return undefined
  const [first, last, ...more] = header.slice(UNIT.length).trim().split('-')
  if (first === undefined || last === undefined || more.length > 0) return undefined
  if (first === '') return isDigits(last) ? suffix(Number(last), sizeBytes) : undefined
  if (!isDigits(first) || (last !== '' && !isDigits(last))) return undefined
  const from = Number(first)
  const to = last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes)
  if (last !== '' && Number(last) < from) return undefined
  return from < sizeBytes ? { from, to } : 'unsatisfiable'
}

function suffix(lengthBytes: number, sizeBytes: number): ByteRange | 'unsatisfiable' {
  if (lengthBytes === 0 || sizeBytes === 0) return 'unsatisfiable'
  return { from: Math.max(0, sizeBytes - lengthBytes), to: sizeBytes }
}

/** Whether the range may be taken from this response: If-Range names it by a strong validator (RFC 9110, 13.1.5). */
export function isRangeOf(ifRange: string | undefined, validators: Validators, nowMs: number): boolean {
  if (ifRange === undefined) return true
  if (ifRange.startsWith('"')) return ifRange === validators.etag
  return ifRange === validators.lastModified && isStrongDate(validators, nowMs)
}

/** Dates have seconds: what may have changed again within its own second is not told by it (RFC 9110, 8.8.2.2). */
function isStrongDate({ lastModified, date }: Validators, nowMs: number): boolean {
  const changedMs = parseHttpDate(lastModified, nowMs)
  const madeMs = parseHttpDate(date, nowMs)
  return changedMs !== undefined && madeMs !== undefined && madeMs - changedMs >= 1000
}
