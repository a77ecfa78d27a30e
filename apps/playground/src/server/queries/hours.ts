/**
 * The typical delay of each hour of departure, over all flights (origin null) and for each of the busiest origins.
 *
 * Median and median absolute deviation, not mean and standard deviation: one flight that waited for a day should not
 * move its hour. The hour is that of the actual departure, so the hours after midnight are mostly late flights.
 */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  origin: z.string().nullable(),
  hour: z.int(),
  flightCount: z.int(),
  medianDelayMinutes: z.number(),
  madDelayMinutes: z.number(),
})

export type HourRow = z.infer<typeof row>

export const hours: PanelQuery<HourRow> = {
  row,
  sql: `
    WITH flight AS MATERIALIZED (
      SELECT origin, hour, delay FROM flights_between($from, $to)
    ),
    busiest AS (
      SELECT origin, count(*) AS total FROM flight GROUP BY origin ORDER BY total DESC, origin LIMIT 10
    ),
    by_hour AS (
      SELECT NULL AS origin, hour, count(*) AS flight_count, median(delay) AS median, mad(delay) AS mad
      FROM flight GROUP BY hour
      UNION ALL
      SELECT origin, hour, count(*), median(delay), mad(delay)
      FROM flight SEMI JOIN busiest USING (origin) GROUP BY origin, hour
    )
    SELECT
      origin,
      hour,
      flight_count AS "flightCount",
      round(median, 1) AS "medianDelayMinutes",
      round(mad, 1) AS "madDelayMinutes"
    FROM by_hour LEFT JOIN busiest USING (origin)
    ORDER BY total DESC NULLS FIRST, origin, hour`,
}
