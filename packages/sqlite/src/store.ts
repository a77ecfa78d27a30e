/** What the rooms of this package work on: one open file, its statements, and what this process has noted beside it. */
import type { SqlitePlan } from './options.ts'
import type { Recency } from './recency.ts'
import type { Statements } from './statements.ts'
import type { Transactions } from './transactions.ts'

export interface Store {
  readonly plan: SqlitePlan
  readonly statements: Statements
  readonly transactions: Transactions
  readonly recency: Recency
}
