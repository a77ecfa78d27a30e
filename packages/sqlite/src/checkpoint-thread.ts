/**
 * A thread of its own that writes the log back into the file, on a connection of its own: it has the disk to wait for.
 * `finish` also makes the next writer begin the log anew, for which it takes the write lock at the end, when little is left;
 * `shorten` does so and empties the log.
 */
import { parentPort, workerData } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'

export type CheckpointOrder = 'advance' | 'finish' | 'shorten' | 'stop'

export interface CheckpointReport {
  /** False: other connections were in the way, or it failed. */
  readonly isDone: boolean
  /** What SQLite threw, as where the disk is full. Another checkpoint may succeed. */
  readonly failure?: string
}

interface Log {
  readonly busy: number
  /** Less than nothing: another process is at a checkpoint, which SQLite does not wait for. */
  readonly log: number
  readonly checkpointed: number
}

const LAST_STEPS = { finish: 'RESTART', shorten: 'TRUNCATE' } as const
/** How long it waits for readers and writers of other connections, and how often. */
const PATIENCE_MS = 100
const TRY_COUNT = 3
/** How long it waits for the checkpoints of others. */
const LONGEST_MS = 2_000
const PAUSE_MS = 1

const pause = new Int32Array(new SharedArrayBuffer(4))
const database = new Sqlite(String(workerData), { fileMustExist: true, timeout: PATIENCE_MS })
// As the other connections: the log is on the disk before the file is written, and the file before the log is dropped.
database.pragma('synchronous = NORMAL')

parentPort?.on('message', (order: CheckpointOrder) => {
  if (order === 'stop') {
    database.close()
    parentPort?.close()
    return
  }
  parentPort?.postMessage(report(order))
})

function report(order: Exclude<CheckpointOrder, 'stop'>): CheckpointReport {
  try {
    const { log } = checkpoint('NOOP')
    checkpoint('PASSIVE')
    return { isDone: order === 'advance' || isEnded(order, log) }
  } catch (thrown) {
    return { isDone: false, failure: String(thrown) }
  }
}

/** @param length as long as the log was. @returns false when somebody was in the way all the time; the log is left as it is. */
function isEnded(order: 'finish' | 'shorten', length: number): boolean {
  const untilMs = performance.now() + LONGEST_MS
  for (let tries = 0; tries < TRY_COUNT && performance.now() < untilMs; ) {
    const { busy, log } = checkpoint(LAST_STEPS[order])
    if (busy === 0) return true
    if (log >= 0) tries++
    else Atomics.wait(pause, 0, 0, PAUSE_MS)
    // What another process has done need not be done again.
    if (order === 'finish' && checkpoint('NOOP').log < length) return true
  }
  return false
}

function checkpoint(mode: 'NOOP' | 'PASSIVE' | 'RESTART' | 'TRUNCATE'): Log {
  const [log] = database.prepare<[], Log>(`PRAGMA wal_checkpoint(${mode})`).all()
  if (log === undefined) throw new Error('SQLite does not say how long its log is')
  return log
}
