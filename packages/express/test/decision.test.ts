/** What a stored response is good for, at the edges of each term: both sides of every instant. */
import { expect, test } from 'vitest'
import { decide } from '../src/decision.ts'
import { NO_TERMS, type RequestTerms } from '../src/request-terms.ts'
import { readTerms } from '../src/response-terms.ts'
import type { Life } from '../src/stored-response.ts'

/** Fresh for 60 s from 0 on, and for 30 s more to be served while it is asked for. */
const LIFE: Life = {
  responseAtMs: 0,
  initialAgeMs: 0,
  freshMs: 60_000,
  staleWhileRevalidateMs: 30_000,
  staleIfErrorMs: 0,
  mustRevalidate: false,
  noCache: false,
  notFor: [],
}

const [SERVE, REFRESH] = ['serve', 'serve and refresh']

function decided(nowMs: number, terms: Partial<RequestTerms> = {}, life: Partial<Life> = {}, isEntryStale = false) {
  const decision = decide({ ...LIFE, ...life }, isEntryStale, { ...NO_TERMS, ...terms }, nowMs)
  return decision.kind === 'ask' ? decision.why : decision.refreshBehind ? REFRESH : SERVE
}

test.each<[string, string | undefined, string | undefined]>([
  ['fresh, then stale', decided(59_999), SERVE],
  ['', decided(60_000), REFRESH],
  ['within the window, then past it', decided(89_999), REFRESH],
  ['', decided(90_000), 'stale'],
  ['without a window', decided(60_000, {}, { staleWhileRevalidateMs: 0 }), 'stale'],
  ['to be asked about when stale', decided(60_000, {}, { mustRevalidate: true }), 'stale'],
  ['to be asked about always', decided(0, {}, { noCache: true }), 'stale'],
  ['expired by a call', decided(0, {}, {}, true), REFRESH],
  ['expired by a call, without a window', decided(0, {}, { staleWhileRevalidateMs: 0 }, true), 'stale'],
  ['expired by a call, to be asked about', decided(0, {}, { mustRevalidate: true }, true), 'stale'],
  ['no-cache', decided(0, { noCache: true }), 'request'],
  ['as old as may be', decided(10_000, { maxAgeMs: 10_000 }), SERVE],
  ['older', decided(10_001, { maxAgeMs: 10_000 }), 'request'],
  ['as fresh as must be', decided(50_000, { minFreshMs: 10_000 }), SERVE],
  ['less fresh', decided(50_001, { minFreshMs: 10_000 }), 'request'],
  ['stale, where it must be fresh', decided(60_000, { minFreshMs: 1 }), 'stale'],
  ['as stale as may be', decided(95_000, { maxStaleMs: 35_000 }), SERVE],
  ['staler', decided(95_001, { maxStaleMs: 35_000 }), 'stale'],
  ['stale, whatever the client allows', decided(95_000, { maxStaleMs: 35_000 }, { mustRevalidate: true }), 'stale'],
  ['a clock that was set back', decided(-5_000), SERVE],
])('%s', (_, outcome, expected) => {
  expect(outcome).toBe(expected)
})

test.each([
  ['max-age=60', false, false],
  ['s-maxage=60', true, true],
  ['s-maxage=60, stale-while-revalidate=0', true, true],
  ['s-maxage=60, stale-while-revalidate=60', false, true],
  ['s-maxage=60, stale-if-error=60', false, true],
  ['s-maxage=60, stale-while-revalidate=60, proxy-revalidate', true, true],
  ['s-maxage=60, stale-while-revalidate=60, must-revalidate', true, true],
  ['max-age=60, must-revalidate', true, true],
  ['max-age=60, proxy-revalidate', true, false],
  ['max-age=60, public', false, true],
])('%s: not served stale %j, served to requests with credentials %j', (said, mustRevalidate, allowsCredentials) => {
  const fieldOf = (name: string): string | undefined => (name === 'cache-control' ? said : undefined)
  const terms = readTerms({ fieldOf, requestAtMs: 0, responseAtMs: 0 })
  expect(terms).toMatchObject({ freshMs: 60_000, mustRevalidate, allowsCredentials })
})
