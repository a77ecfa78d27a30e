/** Each month of the range in one line: the table of the Summary. */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  /** Its first day. */
  month: z.string(),
  flightCount: z.int(),
  meanDelayMinutes: z.number(),
  onTimeShare: z.number(),
  worstDay: z.string(),
  worstDayDelayMinutes: z.number(),
})

export type MonthRow = z.infer<typeof row>

export const months: PanelQuery<MonthRow> = {
  row,
  sql: `
    WITH by_day AS (
      SELECT
        day,
        count(*) AS flight_count,
        sum(delay) AS delay_minutes,
        sum(CASE WHEN delay <= 15 THEN 1 ELSE 0 END) AS on_time_count
      FROM flights_between($from, $to)
      GROUP BY day
    )
    SELECT
      strftime(date_trunc('month', day), '%Y-%m-%d') AS month,
      CAST(sum(flight_count) AS BIGINT) AS "flightCount",
      round(sum(delay_minutes) / sum(flight_count), 2) AS "meanDelayMinutes",
      round(sum(on_time_count) / sum(flight_count), 4) AS "onTimeShare",
      strftime(arg_max(day, delay_minutes / flight_count), '%Y-%m-%d') AS "worstDay",
      round(max(delay_minutes / flight_count), 1) AS "worstDayDelayMinutes"
    FROM by_day
    GROUP BY date_trunc('month', day)
    ORDER BY month`,
}
