/** Whose side an entrant is on: ours, what could at best be had, or a peer. */
import type { WorkloadRun } from './run-file.ts'

export type Side = 'ours' | 'limit' | 'peer'

/** No caches, or caches without what a user needs: they show how much there is to be had. */
const LIMITS =
  /^(Map|lru-cache|better-sqlite3|node:sqlite|ioredis|node-redis|lmdb|fs|readFile|Express|procedure|plain|raw)\b/i

export function sideOf(name: string, { reference }: Pick<WorkloadRun, 'reference'>): Side {
  if (name.startsWith('Stowage')) return 'ours'
  return name === reference || LIMITS.test(name) ? 'limit' : 'peer'
}
