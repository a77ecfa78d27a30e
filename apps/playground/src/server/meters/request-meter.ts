/** Requests for panels: how many, how many a minute, and how long they took. The last minute only, in bounded memory. */

export interface RequestFigures {
  readonly requestCount: number
  readonly requestsPerMinute: number
  /** Of the last minute's requests; absent when there were none. */
  readonly p50Ms: number | undefined
  readonly p99Ms: number | undefined
}

export interface RequestMeter {
  note(tookMs: number): void
  /** Every page that is open asks for them: where there are many they are up to half a second old. */
  figures(): RequestFigures
}

const WINDOW_MS = 60_000
/** Beyond this many in a minute the oldest are left out of the percentiles. */
const KEPT_COUNT = 10_000
const SORTED_ANEW_AFTER_MS = 500
/** So few are sorted in no time. */
const FEW_COUNT = 500

export function createRequestMeter(nowMs: () => number = () => performance.now()): RequestMeter {
  let requestCount = 0
  let recent: { readonly atMs: number; readonly tookMs: number }[] = []
  let sorted: { readonly atMs: number; readonly figures: Omit<RequestFigures, 'requestCount'> } | undefined

  function sortAnew(): Omit<RequestFigures, 'requestCount'> {
    const since = nowMs() - WINDOW_MS
    recent = recent.filter(({ atMs }) => atMs > since)
    const times = Float64Array.from(recent, ({ tookMs }) => tookMs).sort()
    const at = (share: number): number | undefined =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))]
    return { requestsPerMinute: times.length, p50Ms: at(0.5), p99Ms: at(0.99) }
  }

  return {
    note(tookMs) {
      requestCount += 1
      recent.push({ atMs: nowMs(), tookMs })
      if (recent.length > 2 * KEPT_COUNT) recent = recent.slice(-KEPT_COUNT)
    },
    figures() {
      const atMs = nowMs()
      if (sorted === undefined || recent.length < FEW_COUNT || atMs - sorted.atMs > SORTED_ANEW_AFTER_MS) {
        sorted = { atMs, figures: sortAnew() }
      }
      return { requestCount, ...sorted.figures }
    },
  }
}
