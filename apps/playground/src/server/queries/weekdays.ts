/** The days of the week, Monday first: how many flights an average one has, and how late they are. */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  /** 1 is Monday, 7 is Sunday. */
  weekday: z.int(),
  flightsPerDay: z.number(),
  meanDelayMinutes: z.number(),
  onTimeShare: z.number(),
})

export type WeekdayRow = z.infer<typeof row>

export const weekdays: PanelQuery<WeekdayRow> = {
  row,
  sql: `
    SELECT
      isodow(day) AS weekday,
      round(count(*) / count(DISTINCT day)) AS "flightsPerDay",
      round(avg(delay), 2) AS "meanDelayMinutes",
      round(avg(CASE WHEN delay <= 15 THEN 1 ELSE 0 END), 4) AS "onTimeShare"
    FROM flights_between($from, $to)
    GROUP BY isodow(day)
    ORDER BY weekday`,
}
