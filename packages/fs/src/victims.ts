/**
 * Which entries leave first for want of room: the ones whose files have the oldest times (recency.ts). No order is kept of all of them.
 * Shards are looked through in turns until enough entries are known to choose from, and the older half of those is gone
 * through, as Redis does (its evict.c calls it a pool). With fewer entries than that the choice is exact.
 */
import type { Counts } from './counts.ts'
import { statEntry } from './file-identity.ts'
import { namesIn } from './folder-names.ts'
import { isEntryName, type Layout, SHARD_COUNT } from './layout.ts'
import { isExpiredFile, type Recency } from './recency.ts'
import { writeRank } from './recency-writing.ts'

/** Half a millisecond of looking for half as many evictions. */
const SAMPLE_COUNT = 256
/** Where nothing leaves but what has expired: so many are looked at for a write, the others when they are swept or by later writes. */
const EXPIRED_LOOK_COUNT = 2_048
/** For so long nothing is looked for when nothing was found. */
const VAIN_MS = 1_000
/** Choices anew, where all of the chosen were used meanwhile, before one of them goes all the same. */
const MAX_REFILLS = 3

export interface Victim {
  readonly shard: number
  readonly path: string
  readonly fileBytes: number
  readonly cause: 'expired' | 'evicted'
}

interface Candidate {
  readonly shard: number
  readonly path: string
  /** Expired ones leave first, as their files' times say. */
  readonly isExpired: boolean
  readonly rankMs: number
}

export class Victims {
  readonly #layout: Layout
  readonly #recency: Recency
  /** The first to go is the last. */
  #pool: Candidate[] = []
  #cursor: number = Math.floor(Math.random() * SHARD_COUNT)
  #vainAtMs = Number.NEGATIVE_INFINITY

  constructor(layout: Layout, recency: Recency) {
    this.#layout = layout
    this.#recency = recency
  }

  /** The next to go, other than the entry at `keptPath`; undefined when there is no other. */
  next(counts: Counts, keptPath: string, nowMs: number): Victim | undefined {
    for (let refills = 0, passed = 0; ; ) {
      const candidate = this.#pool.pop()
      if (candidate === undefined) {
        // A look through all that found nothing to go: there is nothing.
        if (refills++ > 0 && passed === 0) return undefined
        passed = 0
        this.#refill(counts, nowMs)
        continue
      }
      const { shard, path } = candidate
      const stats = path === keptPath ? undefined : statEntry(path)
      if (stats === undefined) continue
      if (refills < MAX_REFILLS && this.#isUsed(candidate, stats.mtimeMs)) passed++
      else return { shard, path, fileBytes: stats.size, cause: isExpiredFile(stats, nowMs) ? 'expired' : 'evicted' }
    }
  }

  /** One that has expired, other than the entry at `keptPath`; undefined when none was found. */
  nextExpired(counts: Counts, keptPath: string, nowMs: number): Victim | undefined {
    if (Math.abs(nowMs - this.#vainAtMs) < VAIN_MS) return undefined
    for (let shards = 0, entries = 0; ; ) {
      const candidate = this.#pool.pop()
      if (candidate === undefined) {
        if (shards++ === SHARD_COUNT || entries >= EXPIRED_LOOK_COUNT) break
        const found: Candidate[] = []
        this.#lookThroughNext(counts, nowMs, found)
        entries += found.length
        this.#pool = found.filter(({ isExpired }) => isExpired)
        continue
      }
      const { shard, path } = candidate
      const stats = path === keptPath ? undefined : statEntry(path)
      if (stats !== undefined && isExpiredFile(stats, nowMs))
        return { shard, path, fileBytes: stats.size, cause: 'expired' }
    }
    this.#vainAtMs = nowMs
    return undefined
  }

  /** Whether it was written, or used by this or another process, since it was looked at. */
  #isUsed({ path, rankMs }: Candidate, fileRankMs: number): boolean {
    const notedMs = this.#recency.rankMs(path) ?? 0
    if (notedMs > fileRankMs) {
      this.#recency.forget(path)
      writeRank(path, notedMs)
    }
    return Math.max(notedMs, fileRankMs) > rankMs
  }

  #refill(counts: Counts, nowMs: number): void {
    const found: Candidate[] = []
    let looked = 0
    for (; looked < SHARD_COUNT && found.length < SAMPLE_COUNT; looked++) this.#lookThroughNext(counts, nowMs, found)
    found.sort((a, b) => Number(a.isExpired) - Number(b.isExpired) || b.rankMs - a.rankMs)
    this.#pool = looked === SHARD_COUNT ? found : found.slice(Math.floor(found.length / 2))
  }

  #lookThroughNext(counts: Counts, nowMs: number, found: Candidate[]): void {
    const shard = this.#cursor
    this.#cursor = (shard + 1) % SHARD_COUNT
    if (counts.of(shard).entryCount === 0 && counts.isSure(shard)) return
    const folder = this.#layout.shardFolder(shard)
    for (const name of namesIn(folder)) {
      const path = `${folder}/${name}`
      const stats = isEntryName(name) ? statEntry(path) : undefined
      if (stats === undefined) continue
      const rankMs = Math.max(stats.mtimeMs, this.#recency.rankMs(path) ?? 0)
      found.push({ shard, path, isExpired: isExpiredFile(stats, nowMs), rankMs })
    }
  }
}
