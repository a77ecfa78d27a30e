/**
 * A thread of its own that writes the log back into the file, on a connection of its own: it has the disk to wait for.
 * `finish` also makes the next writer begin the log anew, for which it takes the write lock at the end, when little is left.
 */
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'

export type CheckpointOrder = 'advance' | 'finish' | 'stop'

export interface CheckpointReport {
  /** False: other connections were in the way. */
  readonly isDone: boolean
}

/** How long it waits for readers and writers of other connections before it leaves the log as it is. */
const PATIENCE_MS = 100

const database = new Sqlite(String(workerData), { fileMustExist: true, timeout: PATIENCE_MS })
// As the other connections: the log is on the disk before the file is written, and the file before the log is dropped.
database.pragma('synchronous = NORMAL')

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'stop') {
    database.close()
    parentPort?.close()
    return
  }
  database.pragma('wal_checkpoint(PASSIVE)')
  const busy = order === 'finish' ? database.pragma('wal_checkpoint(RESTART)', { simple: true }) : 0
  parentPort?.postMessage({ isDone: busy === 0 } satisfies CheckpointReport)
})
