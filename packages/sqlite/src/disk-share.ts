/**
 * How `maxBytes` is divided among what is on the disk: an eighth, 80 MiB at most and 4 MiB at least, but never more than a quarter,
 * is kept for the write-ahead log, which begins anew at four fifths of that; the rest is room for the pages of the database
 * and for value files.
 */

const LOG_RESERVE_SHARE = 1 / 8
const MOST_LOG_RESERVE_SHARE = 1 / 4
const MIN_LOG_RESERVE_BYTES = 4_194_304
const MAX_LOG_RESERVE_BYTES = 83_886_080
/** What is left of the reserve is for the transactions that are under way when the log is found to be long enough. */
const LOG_SHARE = 4 / 5
/** Of the log: every process may have one under way when it is found to be long enough. */
const TRANSACTION_SHARE = 1 / 16
/** A shorter log would have to begin anew with every few writes. */
const MIN_LOG_BYTES = 524_288
/** The tables and indexes take 50 KB before there is any entry. */
const MIN_ROOM_BYTES = 1_048_576
/** Of the room, what no single entry may take: tables, and the pages its row leaves half empty. */
const TABLE_BYTES = 131_072

export interface DiskShare {
  /** For pages that are in use, and value files. */
  readonly roomBytes: number
  /** For any one entry, as it is counted. */
  readonly entryBytes: number
  /** At which the log begins anew. */
  readonly logBytes: number
  /** What writes that share a transaction may write together. */
  readonly transactionBytes: number
}

export function diskShareOf(maxBytes: number): DiskShare {
  const reserveBytes = Math.min(
    Math.max(maxBytes * LOG_RESERVE_SHARE, MIN_LOG_RESERVE_BYTES),
    maxBytes * MOST_LOG_RESERVE_SHARE,
    MAX_LOG_RESERVE_BYTES,
  )
  const logBytes = Math.max(MIN_LOG_BYTES, Math.floor(reserveBytes * LOG_SHARE))
  const roomBytes = Math.max(MIN_ROOM_BYTES, Math.floor(maxBytes - reserveBytes))
  return {
    roomBytes,
    entryBytes: Math.min(maxBytes, roomBytes - TABLE_BYTES),
    logBytes,
    transactionBytes: Math.floor(logBytes * TRANSACTION_SHARE),
  }
}
