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
  figures(): RequestFigures
}

const WINDOW_MS = 60_000
/** Beyond this many in a minute the oldest are left out of the percentiles. */
const KEPT_COUNT = 10_000

export function createRequestMeter(nowMs: () => number = () => performance.now()): RequestMeter {
  let requestCount = 0
  let recent: { readonly atMs: number; readonly tookMs: number }[] = []
  const withinWindow = (): typeof recent => {
    const since = nowMs() - WINDOW_MS
    return recent.filter(({ atMs }) => atMs > since)
  }
  return {
    note(tookMs) {
      requestCount += 1
      recent.push({ atMs: nowMs(), tookMs })
      if (recent.length > 2 * KEPT_COUNT) recent = recent.slice(-KEPT_COUNT)
    },
    figures() {
      recent = withinWindow()
      const sorted = recent.map(({ tookMs }) => tookMs).sort((a, b) => a - b)
      const at = (share: number): number | undefined =>
        sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
      return { requestCount, requestsPerMinute: recent.length, p50Ms: at(0.5), p99Ms: at(0.99) }
    },
  }
}
