/**
 * A fixed number of DuckDB connections, lent out first come first served.
 *
 * Each query already spreads over the cores it may have; the pool only lets a short one overtake a long one. Its size also keeps
 * libuv's four threads from being filled by queries, which would hold up file reads of the whole process. The queue is
 * bounded: past the limit a caller is refused at once instead of waiting for minutes.
 */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

const CONNECTION_COUNT = 2
const WAITING_LIMIT = 200
const INTERRUPT_INTERVAL_MS = 10

/** More queries are waiting than the machine could answer soon. */
export class OverloadError extends Error {
  override readonly name = 'OverloadError'
}

const closedError = (): Error => new Error('the flight source is closed')

export interface ConnectionPool {
  use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T>
  /** Refuses what is waiting, interrupts what is running, and closes the connections once they have stopped. */
  close(): Promise<void>
}

interface Turn {
  readonly start: (connection: DuckDBConnection) => void
  readonly refuse: (error: Error) => void
}

export async function openPool(instance: DuckDBInstance): Promise<ConnectionPool> {
  const connections = await Promise.all(Array.from({ length: CONNECTION_COUNT }, () => instance.connect()))
  const idle = [...connections]
  const waiting: Turn[] = []
  const running = new Set<Promise<unknown>>()
  let closed = false

  function borrow(): Promise<DuckDBConnection> {
    if (closed) return Promise.reject(closedError())
    const connection = idle.pop()
    if (connection !== undefined) return Promise.resolve(connection)
    if (waiting.length >= WAITING_LIMIT) {
      return Promise.reject(new OverloadError(`${WAITING_LIMIT} queries are waiting already; try again in a moment`))
    }
    return new Promise((start, refuse) => waiting.push({ start, refuse }))
  }

  function giveBack(connection: DuckDBConnection): void {
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else next.start(connection)
  }

  return {
    async use(work) {
      const connection = await borrow()
      const turn = closed ? Promise.reject(closedError()) : work(connection)
      running.add(turn)
      try {
        return await turn
      } finally {
        running.delete(turn)
        giveBack(connection)
      }
    },
    async close() {
      closed = true
      for (const turn of waiting.splice(0)) turn.refuse(closedError())
      // A connection must not be closed under a running statement. An interrupt is lost on one that is only being
      // prepared, so it is repeated until all have stopped.
      const interrupting = setInterval(() => {
        for (const connection of connections) connection.interrupt()
      }, INTERRUPT_INTERVAL_MS)
      await Promise.allSettled(running)
      clearInterval(interrupting)
      for (const connection of connections) connection.closeSync()
    },
  }
}
