/** The figures at the head of the Dashboard, over the whole range. No row when there is no flight. */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  flightCount: z.int(),
  meanDelayMinutes: z.number(),
  /** Share that left at most 15 minutes late, 0 to 1. */
  onTimeShare: z.number(),
  routeCount: z.int(),
  airportCount: z.int(),
})

export type MetricsRow = z.infer<typeof row>

export const metrics: PanelQuery<MetricsRow> = {
  row,
  sql: `
    SELECT
      count(*) AS "flightCount",
      round(avg(delay), 2) AS "meanDelayMinutes",
      round(avg(CASE WHEN delay <= 15 THEN 1 ELSE 0 END), 4) AS "onTimeShare",
      count(DISTINCT (origin, destination)) AS "routeCount",
      count(DISTINCT origin) AS "airportCount"
    FROM flights_between($from, $to)
    HAVING count(*) > 0`,
}
