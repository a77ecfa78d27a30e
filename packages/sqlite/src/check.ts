/**
 * A check of everything that is stored: entries and what their rows say of them, then the tag index, then value files, then the counters.
 * Each step sees one moment of the file, and is bounded; what it would mend it looks at once more in the transaction
 * that mends it, so that nothing another process has written meanwhile is taken for damage.
 *
 * What it takes for granted: that SQLite's pages and indexes are sound (its integrity_check cannot be done in steps), and
 * the counters that order writes and invalidations (ledger.ts), of which there is no second copy. What only a codec can
 * tell, such as a text that is marked as bytes now, shows when the entry is read.
 */
import type { CheckReport } from '@stowage/core'
import { prepareCheck } from './check-statements.ts'
import { checkCounters } from './counter-check.ts'
import { checkEntries } from './entry-check.ts'
import type { Checking } from './examination.ts'
import type { Store } from './store.ts'
import { checkTagIndex } from './tag-index-check.ts'
import { checkFiles } from './value-files/file-check.ts'

export async function* checkStore(store: Store, repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
  const statements = await store.transactions.read(() => prepareCheck(store.database))
  const checking: Checking = { store, statements, repair, contents: new Map() }
  const excessBytes = yield* checkEntries(checking)
  yield* checkTagIndex(checking)
  yield* checkFiles(checking, nowMs)
  yield* checkCounters(checking, excessBytes)
}
