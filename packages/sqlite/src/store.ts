/** What the rooms of this package work on: one open file, its statements, and what this process has noted beside it. */
import type { Copies } from './copies.ts'
import type { Database } from './database.ts'
import type { DiskShare } from './disk-share.ts'
import type { KeptFile } from './kept-file.ts'
import type { SqlitePlan } from './options.ts'
import type { Recency } from './recency.ts'
import type { Space } from './space.ts'
import type { Statements } from './statements.ts'
import type { Transactions } from './transactions.ts'
import type { ValueFiles } from './value-files/value-files.ts'

export interface Store {
  readonly plan: SqlitePlan
  /** The file that is open, wherever the path may lead by now. */
  readonly kept: KeptFile
  readonly share: DiskShare
  /** For statements that are prepared when they are needed; they run inside {@link transactions} like all others. */
  readonly database: Database
  readonly statements: Statements
  readonly transactions: Transactions
  readonly recency: Recency
  readonly copies: Copies
  /** Told of each entry that has to go for want of room. */
  readonly onEviction: () => void
  readonly files: ValueFiles
  readonly space: Space
}
