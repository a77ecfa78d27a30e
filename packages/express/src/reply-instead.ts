/** Answers from a complete response in place of what the handler has written, which its client does not see. */
import type { Run } from './ask.ts'
import { setCacheStatus } from './cache-status.ts'
import type { FieldsBefore } from './field-rules.ts'
import { ageMs } from './freshness.ts'
import { sendBody, setHead } from './reply.ts'
import type { UnstorableReason } from './storability.ts'
import type { StoredResponse } from './stored-response.ts'

/** What the handler has answered. */
export interface Withheld {
  readonly status: number
  /** Its cookies are for the client that asked. */
  readonly keepsCookies: boolean
  /** Why it is not stored; undefined: it is. */
  readonly reason: UnstorableReason | undefined
}

interface Surroundings extends Withheld {
  readonly keyText: string
  readonly before: FieldsBefore
  /** Puts the client's own words back into the request. */
  readonly giveBack: () => void
}

export function replyInstead(run: Run, response: StoredResponse, surroundings: Surroundings): void {
  const { req, res, room, question, why } = run
  const { status, keepsCookies, reason, keyText, before, giveBack } = surroundings
  const cookies = keepsCookies ? res.getHeader('set-cookie') : undefined
  for (const name of res.getHeaderNames()) res.removeHeader(name)
  for (const [name, value] of Object.entries(before)) if (value !== undefined) res.setHeader(name, value)
  if (cookies !== undefined) res.setHeader('Set-Cookie', cookies)
  res.statusMessage = ''
  giveBack()
  const { nowMs } = room
  setHead(res, response, ageMs(response.life, nowMs))
  // Not a hit: the handler was asked (RFC 9211, 2.2).
  const told = { forward: why, forwardStatus: status, stored: reason === undefined, detail: reason }
  setCacheStatus(res, room.plan, keyText, told)
  sendBody(req, res, response, question, nowMs)
}
