/** Flights and mean delay of each day: the chart at the head of the page. */
import { z } from 'zod'
import type { PanelQuery } from './panel-query.ts'

const row = z.strictObject({
  day: z.string(),
  flightCount: z.int(),
  meanDelayMinutes: z.number(),
})

export type TotalsRow = z.infer<typeof row>

export const totals: PanelQuery<TotalsRow> = {
  row,
  sql: `
    SELECT
      strftime(flight.day, '%Y-%m-%d') AS day,
      count(*) AS "flightCount",
      round(avg(flight.delay), 2) AS "meanDelayMinutes"
    FROM flights_between($from, $to) AS flight
    GROUP BY flight.day
    ORDER BY flight.day`,
}
