/** A parquet file of a few flights whose answers can be counted by hand. */
import { join } from 'node:path'
import { DuckDBInstance, quotedString } from '@duckdb/node-api'
import { bundledFiles, type FlightFiles } from '../src/server/flight-file.ts'

/**
 * Two days with flights and one without between them. Two of the flights leave at midnight: the one at the end of the
 * first day counts to it, and so does the very last one to the day that ends with it.
 */
const FLIGHTS = `(VALUES
  (TIMESTAMP '2001-03-01 00:01:00', 10, 100, 'ORD', 'LAX'),
  (TIMESTAMP '2001-03-01 08:30:00', 20, 100, 'ORD', 'LAX'),
  (TIMESTAMP '2001-03-02 00:00:00', 60, 200, 'DEN', 'ORD'),
  (TIMESTAMP '2001-03-03 08:15:00', -5, 100, 'ORD', 'LAX'),
  (TIMESTAMP '2001-03-04 00:00:00', 5, 200, 'DEN', 'ORD')
) AS flight(date, delay, distance, origin, destination)`

export async function writeSmallFlights(directory: string): Promise<FlightFiles> {
  const flights = join(directory, "small 'flights'.parquet")
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (
    SELECT date, CAST(delay AS BIGINT) AS delay, CAST(distance AS BIGINT) AS distance, origin, destination FROM ${FLIGHTS}
  ) TO ${quotedString(flights)} (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
  return { ...bundledFiles(), flights }
}
