/**
 * The joint with DuckDB: the only room that runs SQL over the flights, and therefore the one that counts it.
 *
 * Queries see two names: the table macro `flights_between(first_day, last_day)` and the table `airports`. The macro
 * holds the one rule about days: the file writes midnight as 24:00 of the day that ends (its first flight leaves at
 * 00:01 on the first day, its last at 00:00 after the last), so a day runs from 00:01 to 24:00.
 * Flights that are completed while the server runs count to the last day.
 * At opening only the file's footer is read, for the range and the number of rows; that is not a source query.
 */
import { availableParallelism } from 'node:os'
import { DuckDBInstance, quotedString } from '@duckdb/node-api'
import { z } from 'zod'
import type { DayRange } from '../shared/calendar.ts'
import { openPool } from './connection-pool.ts'
import { type FlightFiles, fileFingerprint } from './flight-file.ts'
import { readFooter } from './flight-footer.ts'
import { createRequestMeter } from './meters/request-meter.ts'
import { COMPLETED_TABLE, type CompletedFlights, createCompletedTable } from './operations/completed-table.ts'
import { type PlainRow, plainRow } from './plain-row.ts'
import type { PanelQuery } from './queries/panel-query.ts'

export interface FlightSource {
  readonly days: DayRange
  readonly flightCount: number
  /** Size and time of change of the file, as it is now. */
  fingerprint(): Promise<string>
  /** Source queries executed so far, failed ones included. */
  queryCount(): number
  /** In the last minute. */
  queriesPerMinute(): number
  rows<Row>(query: PanelQuery<Row>, range: DayRange): Promise<readonly Row[]>
  /** Resolves when DuckDB answers; not a source query. */
  ping(): Promise<void>
  /** Interrupts what is running. */
  close(): Promise<void>
}

const AIRPORT_COLUMNS = `{ iata: 'VARCHAR', name: 'VARCHAR', city: 'VARCHAR', state: 'VARCHAR', country: 'VARCHAR',
  latitude: 'DOUBLE', longitude: 'DOUBLE' }`

// DDL takes no bound parameters: the paths are quoted by DuckDB's own rule, and come from settings, never from a request.
function definitions(files: FlightFiles): readonly string[] {
  return [
    COMPLETED_TABLE,
    `CREATE MACRO flights_between(first_day, last_day) AS TABLE
      SELECT CAST(date - INTERVAL 1 MICROSECOND AS DATE) AS day, hour(date) AS hour, delay, distance, origin, destination
      FROM (
        SELECT date, delay, distance, origin, destination FROM read_parquet(${quotedString(files.flights)})
        UNION ALL SELECT date, delay, distance, origin, destination FROM completed_flight
      )
      WHERE date > CAST(first_day AS DATE) AND date <= CAST(last_day AS DATE) + INTERVAL 1 DAY`,
    // The columns are spelled out because guessing them takes longer than reading the file.
    `CREATE TABLE airports AS
      SELECT iata AS code, city
      FROM read_csv(${quotedString(files.airports)}, header = true, auto_detect = false, columns = ${AIRPORT_COLUMNS})`,
  ]
}

/** @param completed what has landed since the file was written; by default nothing. */
export async function openFlights(
  files: FlightFiles,
  completed: CompletedFlights = async () => [],
): Promise<FlightSource> {
  // One core is the event loop's: a request that the cache answers must not wait for a query that computes.
  const threads = String(Math.max(1, availableParallelism() - 1))
  const instance = await DuckDBInstance.create(':memory:', { threads })
  const pool = await openPool(instance)
  const footer = await pool.use(async (connection) => {
    for (const definition of definitions(files)) await connection.run(definition)
    return readFooter(connection, files.flights)
  })
  const completedTable = createCompletedTable(completed, footer.days.to)
  const queries = createRequestMeter()
  return {
    ...footer,
    fingerprint: fileFingerprint(files.flights),
    queryCount: () => queries.figures().requestCount,
    queriesPerMinute: () => queries.figures().requestsPerMinute,
    rows: (query, range) =>
      pool.use(async (connection) => {
        const startedAtMs = performance.now()
        try {
          await completedTable.bringUpToDate(connection)
          const result = await connection.runAndReadAll(query.sql, { from: range.from, to: range.to })
          return result.getRowObjectsJS().map((row) => shapedRow(query, plainRow(row)))
        } finally {
          queries.note(performance.now() - startedAtMs)
        }
      }),
    ping: () =>
      pool.use(async (connection) => {
        await connection.run('SELECT 1')
      }),
    async close() {
      await pool.close()
      instance.closeSync()
    },
  }
}

// Not zod's own error: that one stands for a fault in a request, and this is a fault of ours.
function shapedRow<Row>(query: PanelQuery<Row>, row: PlainRow): Row {
  const shaped = query.row.safeParse(row)
  if (shaped.success) return shaped.data
  throw new TypeError(`a query returned a row of another shape than it declares: ${z.prettifyError(shaped.error)}`)
}
