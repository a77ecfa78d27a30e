/** The live figures of one server process, as the pages and `GET /api/status` show them. */
import type { CacheStats } from '@stowage/core'
import type { CacheChoice } from '../shared/cache-choice.ts'
import type { DayRange } from '../shared/calendar.ts'
import type { CacheDesk } from './cache/cache-desk.ts'
import type { FlightSource } from './flight-source.ts'
import type { LoopMeter } from './meters/loop-meter.ts'
import type { RequestFigures, RequestMeter } from './meters/request-meter.ts'
import { nextMidnightAtMs, TIME_ZONE } from './midnight.ts'

interface CacheReport {
  /** Share of lookups answered from the cache, 0 to 1; absent before the first one. Counts from the last switch. */
  readonly hitRatio: number | undefined
  readonly stats: CacheStats
  readonly choice: CacheChoice
  readonly entryCount: number
  readonly bytes: number
}

export interface ServerStatus extends RequestFigures {
  readonly days: DayRange
  readonly flightCount: number
  /** Queries DuckDB really ran since this process started. */
  readonly sourceQueryCount: number
  readonly sourceQueriesPerMinute: number
  readonly uptimeMs: number
  readonly loopDelayP99Ms: number
  readonly cache: CacheReport
  /** When the Summary is made anew. */
  readonly summaryEndsAtMs: number
  readonly timeZone: string
  /** By the server's clock, which need not be the reader's. */
  readonly nowMs: number
}

interface StatusRooms {
  readonly flights: FlightSource
  readonly desk: CacheDesk
  readonly requests: RequestMeter
  readonly loop: LoopMeter
  readonly nowMs: () => number
}

export function createStatus({ flights, desk, requests, loop, nowMs }: StatusRooms): () => Promise<ServerStatus> {
  const startedAtMs = performance.now()
  return async () => {
    const { entries, bytes } = await desk.cache.usage()
    const stats = desk.cache.stats()
    return {
      ...requests.figures(),
      days: flights.days,
      flightCount: flights.flightCount,
      sourceQueryCount: flights.queryCount(),
      sourceQueriesPerMinute: flights.queriesPerMinute(),
      uptimeMs: performance.now() - startedAtMs,
      loopDelayP99Ms: loop.p99Ms(),
      cache: { hitRatio: stats.hitRatio, stats, choice: desk.choice(), entryCount: entries, bytes },
      summaryEndsAtMs: nextMidnightAtMs(nowMs()),
      timeZone: TIME_ZONE,
      nowMs: nowMs(),
    }
  }
}
