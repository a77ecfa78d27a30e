/** The completed flights as a table beside the file's: brought up to date before a query reads it, in one transaction. */
import { type DuckDBConnection, quotedString } from '@duckdb/node-api'
import { inTurns } from '../in-turn.ts'
import type { CompletedFlight } from './completed-flight.ts'

export const COMPLETED_TABLE = `CREATE TABLE completed_flight
  (date TIMESTAMP, delay BIGINT, distance BIGINT, origin VARCHAR, destination VARCHAR)`

/** What completed flights there are now; from the app's store. */
export type CompletedFlights = () => Promise<readonly CompletedFlight[]>

/** @param day on which they all land: the last one there is. */
export function createCompletedTable(completed: CompletedFlights, day: string) {
  let shownCount = 0
  const inTurn = inTurns()

  async function write(connection: DuckDBConnection, flights: readonly CompletedFlight[]): Promise<void> {
    // The list only grows, or begins anew: its length says which one it is.
    if (flights.length === shownCount) return
    const rows = flights.map(
      ({ delayMinutes, distanceMiles, origin, destination }) =>
        `(TIMESTAMP '${day} 23:00:00', ${delayMinutes}, ${distanceMiles}, ${quotedString(origin)}, ${quotedString(destination)})`,
    )
    await connection.run('BEGIN')
    try {
      await connection.run('DELETE FROM completed_flight')
      if (rows.length > 0) await connection.run(`INSERT INTO completed_flight VALUES ${rows.join(', ')}`)
      await connection.run('COMMIT')
    } catch (error) {
      await connection.run('ROLLBACK')
      throw error
    }
    shownCount = flights.length
  }

  return {
    async bringUpToDate(connection: DuckDBConnection): Promise<void> {
      // Asked for in turn: what an older question found must not be written over what a newer one did.
      await inTurn(async () => write(connection, await completed()))
    },
  }
}
