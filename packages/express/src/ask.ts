/** One request for which the handler is asked: what is known of it, and what the handler is to be asked with. */

import type { IncomingHttpHeaders } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import type { ForwardReason } from './cache-status.ts'
import type { Precondition } from './conditional.ts'
import { preconditionOf } from './conditional.ts'
import type { LargeBodyName } from './large-body.ts'
import type { Question } from './reply.ts'
import type { RequestPlace } from './request-key.ts'
import type { RequestTerms } from './request-terms.ts'
import type { Room } from './room.ts'
import type { Finding } from './search.ts'
import type { Life } from './stored-response.ts'

export interface Exchange {
  readonly room: Room
  readonly req: Request
  readonly res: Response
  readonly next: NextFunction
  readonly place: RequestPlace
  readonly terms: RequestTerms
  readonly question: Question
  /** Nobody waits for the answer: a stored response is refreshed. */
  readonly isRefresh: boolean
  /** Another one has answered it meanwhile, and it is looked up again. */
  readonly isRetry?: boolean
  /** It has waited in vain for a run that another request began. */
  readonly hasWaited?: boolean
}

export interface Ask extends Exchange {
  readonly finding: Finding
  readonly why: ForwardReason
  /** The large body of the response that the answer is to stand in place of. */
  readonly replaces?: LargeBodyName | undefined
  /** There is no load that would take it: nothing of this one is stored. */
  readonly isUnstored?: boolean
}

/** One run of the handler. */
export interface Run extends Ask {
  /** The request's fields before it, which it may change: what the response is looked for by, and whose it is. */
  readonly headers: IncomingHttpHeaders
}

export function questionOf(req: Request): Question {
  const { headers } = req
  return {
    precondition: preconditionOf(headers),
    range: headers.range,
    ifRange: typeof headers['if-range'] === 'string' ? headers['if-range'] : undefined,
  }
}

/** Whether the response was not meant for a request with these credentials. */
export function mustPassBy({ req, room, place }: Exchange, { notFor }: Life): boolean {
  if (place.isPartitioned || room.plan.ignoresCredentials) return false
  return notFor.some((name) => req.headers[name] !== undefined)
}

/** By these a handler would answer less than the whole. */
const PARTIAL_FIELDS = ['if-none-match', 'if-modified-since', 'range', 'if-range'] as const

/**
 * Makes the request ask for the whole response, or whether a stored one still holds.
 * @returns how to give the client's own words back
 */
export function askWith({ headers }: Request, validators: Precondition | undefined): () => void {
  const own = PARTIAL_FIELDS.map((name) => [name, headers[name]] as const)
  for (const name of PARTIAL_FIELDS) delete headers[name]
  if (validators?.ifNoneMatch !== undefined) headers['if-none-match'] = validators.ifNoneMatch
  if (validators?.ifModifiedSince !== undefined) headers['if-modified-since'] = validators.ifModifiedSince
  return () => {
    for (const [name, value] of own) {
      if (value === undefined) delete headers[name]
      else headers[name] = String(value)
    }
  }
}
