/** What becomes of a request, given what is stored for it (RFC 9111, 4). Pure: the whole policy of serving is this table. */
import { ageMs, allowsStale, freshLeftMs, isFresh, isWithinRevalidateWindow } from './freshness.ts'
import type { RequestTerms } from './request-terms.ts'
import type { Life } from './stored-response.ts'

export type Decision =
  | { readonly kind: 'serve'; readonly refreshBehind: boolean }
  /** Ask the handler; `why` is the word of Cache-Status (RFC 9211, 2.2). */
  | { readonly kind: 'ask'; readonly why: 'stale' | 'request' }

const SERVE: Decision = { kind: 'serve', refreshBehind: false }
const SERVE_AND_REFRESH: Decision = { kind: 'serve', refreshBehind: true }

/** @param isEntryStale the entry is past its own time; while its response is fresh, this is because a call has expired it */
export function decide(life: Life, isEntryStale: boolean, terms: RequestTerms, nowMs: number): Decision {
  const ageNowMs = ageMs(life, nowMs)
  if (terms.noCache || (terms.maxAgeMs !== undefined && ageNowMs > terms.maxAgeMs)) return ask('request')
  const isFreshYet = isFresh(life, nowMs)
  if (isFreshYet && !isEntryStale) {
    return freshLeftMs(life, nowMs) >= terms.minFreshMs ? SERVE : ask('request')
  }
  if (!allowsStale(life) || terms.minFreshMs > 0) return ask('stale')
  if (isFreshYet) return life.staleWhileRevalidateMs > 0 ? SERVE_AND_REFRESH : ask('stale')
  if (isWithinRevalidateWindow(life, nowMs)) return SERVE_AND_REFRESH
  const staleMs = -freshLeftMs(life, nowMs)
  return terms.maxStaleMs !== undefined && staleMs <= terms.maxStaleMs ? SERVE : ask('stale')
}

function ask(why: 'stale' | 'request'): Decision {
  return { kind: 'ask', why }
}
