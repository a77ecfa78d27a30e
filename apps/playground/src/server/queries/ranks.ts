/**
 * The rank of airports by departures on each day, for those of the busiest whose rank moves most.
 *
 * The very busiest hardly ever change places; the movers show the storms that emptied an airport for a day.
 */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  day: z.string(),
  origin: z.string(),
  city: z.string().nullable(),
  rank: z.int(),
  flightCount: z.int(),
})

export type RankRow = z.infer<typeof row>

export const ranks: PanelQuery<RankRow> = {
  row,
  sql: `
    WITH by_day AS (
      SELECT day, origin, count(*) AS flight_count FROM flights_between($from, $to) GROUP BY day, origin
    ),
    ranked AS (
      SELECT *, rank() OVER (PARTITION BY day ORDER BY flight_count DESC) AS rank FROM by_day
    ),
    busiest AS (
      SELECT origin, sum(flight_count) AS total, coalesce(stddev_pop(rank), 0) AS movement
      FROM ranked
      GROUP BY origin
      ORDER BY total DESC, origin
      LIMIT 24
    ),
    movers AS (
      SELECT origin, total FROM busiest ORDER BY movement DESC, total DESC, origin LIMIT 6
    )
    SELECT
      strftime(ranked.day, '%Y-%m-%d') AS day,
      ranked.origin AS origin,
      airports.city AS city,
      ranked.rank AS rank,
      ranked.flight_count AS "flightCount"
    FROM ranked
      JOIN movers ON movers.origin = ranked.origin
      LEFT JOIN airports ON airports.code = ranked.origin
    ORDER BY movers.total DESC, ranked.origin, ranked.day`,
}
