/** What a request says about stored responses (RFC 9111, 5.2.1). Pragma counts where there is no Cache-Control. */
import type { IncomingHttpHeaders } from 'node:http'
import { forbids, parseDirectives, secondsOf } from './directives.ts'

export interface RequestTerms {
  /** Nothing is stored of the answer, and nothing stored is the answer. */
  readonly noStore: boolean
  readonly noCache: boolean
  readonly onlyIfCached: boolean
  readonly maxAgeMs: number | undefined
  readonly minFreshMs: number
  /** Undefined: no stale response is asked for. */
  readonly maxStaleMs: number | undefined
}

export const NO_TERMS: RequestTerms = {
  noStore: false,
  noCache: false,
  onlyIfCached: false,
  maxAgeMs: undefined,
  minFreshMs: 0,
  maxStaleMs: undefined,
}

export function readRequestTerms(headers: IncomingHttpHeaders): RequestTerms {
  const text = headers['cache-control']
  if (text === undefined) return pragmaTerms(headers.pragma)
  const directives = parseDirectives(text)
  const maxAge = secondsOf(directives, 'max-age')
  return {
    noStore: forbids(directives, 'no-store'),
    noCache: forbids(directives, 'no-cache'),
    onlyIfCached: forbids(directives, 'only-if-cached'),
    maxAgeMs: maxAge === undefined ? undefined : maxAge * 1000,
    minFreshMs: (secondsOf(directives, 'min-fresh') ?? 0) * 1000,
    maxStaleMs: maxStaleMs(directives),
  }
}

function pragmaTerms(pragma: string | undefined): RequestTerms {
  return pragma !== undefined && forbids(parseDirectives(pragma), 'no-cache')
    ? { ...NO_TERMS, noCache: true }
    : NO_TERMS
}

function maxStaleMs(directives: ReturnType<typeof parseDirectives>): number | undefined {
  const said = directives.get('max-stale')
  if (said === undefined) return undefined
  const isAny = said.every(({ value }) => value === undefined)
  return isAny ? Number.POSITIVE_INFINITY : (secondsOf(directives, 'max-stale') ?? 0) * 1000
}
