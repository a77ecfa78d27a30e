/** The live figures of one server process, as the header of the page and `GET /api/status` show them. */
import type { DayRange } from '../shared/calendar.ts'
import type { CacheReport } from './cache.ts'

export interface ServerStatus {
  readonly days: DayRange
  readonly flightCount: number
  /** Queries DuckDB really ran since this process started. */
  readonly sourceQueryCount: number
  /** Panels asked for since this process started, however they were answered. */
  readonly requestCount: number
  readonly uptimeMs: number
  readonly cache: CacheReport
}
