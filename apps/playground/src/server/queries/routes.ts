/** The most flown origin and destination pairs, with the number of days on which each was flown. */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  origin: z.string(),
  destination: z.string(),
  originCity: z.string().nullable(),
  destinationCity: z.string().nullable(),
  flightCount: z.int(),
  dayCount: z.int(),
  meanDelayMinutes: z.number(),
  meanDistanceMiles: z.number(),
})

export type RouteRow = z.infer<typeof row>

export const routes: PanelQuery<RouteRow> = {
  row,
  sql: `
    WITH by_route AS (
      SELECT
        origin,
        destination,
        count(*) AS flight_count,
        count(DISTINCT day) AS day_count,
        avg(delay) AS mean_delay,
        avg(distance) AS mean_distance
      FROM flights_between($from, $to)
      GROUP BY origin, destination
      ORDER BY flight_count DESC, origin, destination
      LIMIT 12
    )
    SELECT
      origin,
      destination,
      start.city AS "originCity",
      finish.city AS "destinationCity",
      flight_count AS "flightCount",
      day_count AS "dayCount",
      round(mean_delay, 1) AS "meanDelayMinutes",
      round(mean_distance) AS "meanDistanceMiles"
    FROM by_route
      LEFT JOIN airports AS start ON start.code = origin
      LEFT JOIN airports AS finish ON finish.code = destination
    ORDER BY flight_count DESC, origin, destination`,
}
