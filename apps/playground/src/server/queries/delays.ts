/** How the delays of the busiest origins are spread: mean, median and the two tails a mean hides. */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  origin: z.string(),
  city: z.string().nullable(),
  flightCount: z.int(),
  meanDelayMinutes: z.number(),
  p50DelayMinutes: z.number(),
  p90DelayMinutes: z.number(),
  p99DelayMinutes: z.number(),
})

export type DelayRow = z.infer<typeof row>

export const delays: PanelQuery<DelayRow> = {
  row,
  sql: `
    WITH by_origin AS (
      SELECT origin, count(*) AS flight_count, avg(delay) AS mean, quantile_cont(delay, [0.5, 0.9, 0.99]) AS quantiles
      FROM flights_between($from, $to)
      GROUP BY origin
      ORDER BY flight_count DESC, origin
      LIMIT 12
    )
    SELECT
      origin,
      airports.city AS city,
      flight_count AS "flightCount",
      round(mean, 1) AS "meanDelayMinutes",
      round(quantiles[1], 1) AS "p50DelayMinutes",
      round(quantiles[2], 1) AS "p90DelayMinutes",
      round(quantiles[3], 1) AS "p99DelayMinutes"
    FROM by_origin LEFT JOIN airports ON airports.code = origin
    ORDER BY "p90DelayMinutes" DESC, origin`,
}
