/**
 * Whether a response may be stored and for how long it then lives (RFC 9111, 3). Strict: what is not clearly allowed is not
 * stored. What the route says counts only for responses that do not say themselves, and never for errors.
 */
import type { OutgoingHttpHeader } from 'node:http'
import { fieldText } from './header-text.ts'
import { parseHttpDate } from './http-date.ts'
import type { RoutePlan } from './plan.ts'
import { dateMs, type Received, type ResponseTerms, readTerms } from './response-terms.ts'
import { CREDENTIALS, type Life } from './stored-response.ts'

/** Why a response is not stored: the words of the statistics. */
export type UnstorableReason =
  | 'status'
  | 'no-store'
  | 'private'
  | 'no-freshness'
  | 'credentials'
  | 'set-cookie'
  | 'vary'
  | 'too-large'
  | 'incomplete'
  | 'request'
  | 'tags'
  | 'unkeyed'
  | 'refused'

export interface Circumstances extends Received {
  readonly status: number
  readonly plan: RoutePlan
  /** Request fields it is told apart by. */
  readonly names: readonly string[]
  /** The request had a Cookie or an Authorization, and the response is not kept apart by it. */
  readonly withCookie: boolean
  readonly withAuthorization: boolean
  /** The status when the response said how fresh it is. */
  readonly statusOfFreshness: number | undefined
}

export type Storability =
  | { readonly storable: true; readonly life: Life }
  | { readonly storable: false; readonly reason: UnstorableReason }

/** Statuses whose meaning this cache knows (RFC 9111, 5.2.2.3). */
const UNDERSTOOD = new Set([
  200, 203, 204, 300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 410, 414, 500, 501, 502, 503, 504,
])
/** Reusable without their saying so (RFC 9110, 15.1), but for partial ones. */
const HEURISTIC = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])
/** What a route's own ttl is for. */
const ROUTE_TTL = new Set([200, 203, 204, 300, 301, 308])
const HEURISTIC_SHARE = 0.1
const MAX_HEURISTIC_MS = 86_400_000

export function storabilityOf(circumstances: Circumstances): Storability {
  const terms = readTerms(circumstances)
  const reason = objection(circumstances, terms)
  if (reason !== undefined) return { storable: false, reason }
  const life = lifeOf(circumstances, terms)
  return life === undefined ? { storable: false, reason: 'no-freshness' } : { storable: true, life }
}

function objection(circumstances: Circumstances, terms: ResponseTerms): UnstorableReason | undefined {
  const { status, fieldOf, withAuthorization, withCookie } = circumstances
  if (status < 200 || status > 599 || status === 206 || status === 304) return 'status'
  if (terms.mustUnderstand ? !UNDERSTOOD.has(status) : terms.noStore) return 'no-store'
  if (terms.isPrivate) return 'private'
  if (fieldOf('set-cookie') !== undefined) return 'set-cookie'
  if ((withAuthorization || withCookie) && !terms.allowsCredentials) return 'credentials'
  return undefined
}

function lifeOf(circumstances: Circumstances, terms: ResponseTerms): Life | undefined {
  const { plan, responseAtMs, names } = circumstances
  const own = ownFreshMs(circumstances, terms)
  const freshMs = own ?? routeFreshMs(circumstances, terms)
  const isReusable = freshMs !== undefined && freshMs > terms.initialAgeMs && !terms.noCache
  // What is never fresh is worth its room only if the handler can be asked whether it still holds.
  if (!isReusable && !(hasValidator(circumstances) && (freshMs !== undefined || terms.noCache))) return undefined
  return {
    responseAtMs,
    initialAgeMs: terms.initialAgeMs,
    freshMs: freshMs ?? 0,
    staleWhileRevalidateMs: terms.staleWhileRevalidateMs ?? plan.staleWhileRevalidateMs,
    staleIfErrorMs: terms.staleIfErrorMs ?? plan.staleIfErrorMs,
    mustRevalidate: terms.mustRevalidate,
    noCache: terms.noCache,
    // A life of the route's making was not meant for requests with credentials, whatever else the response says.
    notFor:
      terms.allowsCredentials && (own !== undefined || terms.noCache)
        ? []
        : CREDENTIALS.filter((each) => !names.includes(each)),
  }
}

/**
 * Freshness that was said before the status became an error was said of another response: a handler sets Cache-Control, then
 * fails, and the error page that Express sends has it still.
 */
function ownFreshMs({ status, statusOfFreshness }: Circumstances, { freshMs }: ResponseTerms): number | undefined {
  return status >= 400 && statusOfFreshness !== status ? undefined : freshMs
}

function routeFreshMs(circumstances: Circumstances, terms: ResponseTerms): number | undefined {
  const { status, plan, statusOfFreshness } = circumstances
  if (status >= 400 && statusOfFreshness !== undefined && statusOfFreshness !== status) return undefined
  if (plan.ttlMs !== undefined && ROUTE_TTL.has(status)) return plan.ttlMs + terms.initialAgeMs
  return plan.heuristic && (HEURISTIC.has(status) || terms.isPublic) ? heuristicMs(circumstances) : undefined
}

function heuristicMs({ fieldOf, responseAtMs }: Circumstances): number | undefined {
  const modifiedMs = parseHttpDate(text(fieldOf('last-modified')), responseAtMs)
  if (modifiedMs === undefined) return undefined
  const sinceMs = Math.max(0, dateMs(fieldOf, responseAtMs) - modifiedMs)
  return Math.min(sinceMs * HEURISTIC_SHARE, MAX_HEURISTIC_MS)
}

function hasValidator({ fieldOf }: Circumstances): boolean {
  return fieldOf('etag') !== undefined || fieldOf('last-modified') !== undefined
}

function text(value: OutgoingHttpHeader | undefined): string | undefined {
  return fieldText(value)
}
