/**
 * What the panels can be asked, apart from how: both APIs (tRPC, plain JSON) are thin doors to this room.
 *
 * It joins the flights and the cache, and counts the requests, so that both figures can be shown side by side.
 */
import type { DayRange } from '../shared/calendar.ts'
import type { PanelCache, ServedFacts } from './cache.ts'
import type { FlightSource } from './flight-source.ts'
import { type PanelName, type PanelRows, panelQueries } from './queries/panel-queries.ts'
import type { ServerStatus } from './server-status.ts'

interface PanelAnswer<Name extends PanelName> {
  readonly panel: Name
  readonly from: string
  readonly to: string
  readonly rows: readonly PanelRows[Name][]
  readonly served: ServedFacts
}

export interface Panels {
  /** The days the file covers. */
  readonly days: DayRange
  answer<Name extends PanelName>(name: Name, range: DayRange): Promise<PanelAnswer<Name>>
  /** Makes the next request for the panel (undefined: for any panel) ask the source again, whatever the range. */
  refresh(name: PanelName | undefined): Promise<void>
  status(): ServerStatus
  /** Resolves when both the source and the cache answer. */
  ping(): Promise<void>
}

export function createPanels(flights: FlightSource, cache: PanelCache): Panels {
  const startedAtMs = Date.now()
  let requestCount = 0
  return {
    days: flights.days,
    async answer(name, range) {
      requestCount += 1
      const query = panelQueries[name]
      const { value, served } = await cache.serve({
        name,
        range,
        fileFingerprint: await flights.fingerprint(),
        query: query.sql,
        load: () => flights.rows(query, range),
      })
      return { panel: name, ...range, rows: value, served }
    },
    refresh: (name) => cache.refresh(name),
    status() {
      return {
        days: flights.days,
        flightCount: flights.flightCount,
        sourceQueryCount: flights.queryCount(),
        requestCount,
        uptimeMs: Date.now() - startedAtMs,
        cache: cache.report(),
      }
    },
    async ping() {
      await Promise.all([flights.ping(), cache.ping()])
    },
  }
}
