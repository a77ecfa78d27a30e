/** Writing noted uses down in the files' times, within the lock: who replaces the file meanwhile would get the old one's end. */
import { utimesSync } from 'node:fs'
import { statEntry } from './file-identity.ts'
import { areTimesGiven, fileSeconds, type Recency } from './recency.ts'

/** Uses written down in one step: about a millisecond. */
export const FLUSH_COUNT = 128

export function flushUses(recency: Recency, limit: number): void {
  for (const [path, rankMs] of recency.taken(limit)) writeRank(path, rankMs)
}

/** Unless it has gone, was used or written later, or has times that say nothing of its end: these would seem to. */
export function writeRank(path: string, rankMs: number): void {
  const stats = statEntry(path)
  if (stats?.isFile() && areTimesGiven(stats) && stats.mtimeMs < rankMs)
    utimesSync(path, stats.atimeMs / 1_000, fileSeconds(rankMs))
}
