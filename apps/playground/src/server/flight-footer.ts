/** What the parquet file's footer says about it: the days it covers and the number of its rows. Reads no row. */
import type { DuckDBConnection } from '@duckdb/node-api'
import { z } from 'zod'
import type { DayRange } from '../shared/calendar.ts'
import { plainRow } from './plain-row.ts'

export interface FlightFooter {
  readonly days: DayRange
  readonly flightCount: number
}

const footer = z.strictObject({ from: z.string(), to: z.string(), flightCount: z.int() })

// One microsecond back: midnight counts to the day that ends, see flight-source.ts.
const FOOTER_SQL = `
  SELECT
    strftime(min(CAST(stats_min_value AS TIMESTAMP)) - INTERVAL 1 MICROSECOND, '%Y-%m-%d') AS from,
    strftime(max(CAST(stats_max_value AS TIMESTAMP)) - INTERVAL 1 MICROSECOND, '%Y-%m-%d') AS to,
    sum(row_group_num_rows) AS "flightCount"
  FROM parquet_metadata($path)
  WHERE path_in_schema = 'date'`

export async function readFooter(connection: DuckDBConnection, path: string): Promise<FlightFooter> {
  const result = await connection.runAndReadAll(FOOTER_SQL, { path })
  const parsed = footer.safeParse(plainRow(result.getRowObjectsJS()[0] ?? {}))
  if (!parsed.success) throw new Error(`${path}: the footer holds no range of the column "date"`)
  const { from, to, flightCount } = parsed.data
  return { days: { from, to }, flightCount }
}
