/** Makes a copied database one of its own: without what belongs to the processes on the one it was copied from. */
import Sqlite from 'better-sqlite3'

/** Leases of loads under way, files being written or on their way out, and the pin of the backup itself. */
const CLEANING = `BEGIN;
DELETE FROM stowage_lease_v1;
DELETE FROM stowage_file_v1 WHERE state <> 'kept';
UPDATE stowage_meta_v1 SET lease_count = 0, pinned_until_ms = 0,
  file_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM stowage_file_v1);
COMMIT`

/** When it returns, the file is on the disk, and is all there is. */
export function makeOwn(path: string, holds: 'cache' | 'spaces'): void {
  const database = new Sqlite(path, { fileMustExist: true })
  try {
    database.pragma('synchronous = FULL')
    if (holds === 'cache') database.exec(CLEANING)
    database.pragma('wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
}
