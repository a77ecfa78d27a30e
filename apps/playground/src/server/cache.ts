/**
 * The joint with Stowage: memory in front of one sqlite file, and what an answer says about where it came from.
 *
 * A panel's key is its name and range; its tags let one panel or all of them be invalidated; its fingerprint is the
 * file it was computed from and the SQL that computed it, so that neither other flights nor a changed query can ever be
 * answered with old rows, not even across restarts.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type CacheStats, type Clock, ConfigError, createCache, type Served, systemClock } from '@stowage/core'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { sqliteBackend } from '@stowage/sqlite'
import type { DayRange } from '../shared/calendar.ts'

const TTL = '1h'
const STALE_WHILE_REVALIDATE = '1d'
const ALL_PANELS = 'flights'

/** How an answer came about; `tier` is the backend that held it, absent when it was loaded. */
export type ServedFacts = Pick<Served<unknown>, 'outcome' | 'tier' | 'ageMs' | 'ttlLeftMs' | 'loadMs'>

interface PanelRequest<Row> {
  readonly name: string
  readonly range: DayRange
  readonly fileFingerprint: string
  readonly query: string
  readonly load: () => Promise<readonly Row[]>
}

export interface CacheReport {
  /** Share of lookups answered from the cache, 0 to 1; absent before the first one. */
  readonly hitRatio: number | undefined
  readonly stats: CacheStats
  readonly backend: string
  /** Bytes of the cache's files on disk. */
  readonly fileBytes: number
}

export interface PanelCache {
  readonly path: string
  readonly backend: string
  serve<Row>(request: PanelRequest<Row>): Promise<{ readonly value: readonly Row[]; readonly served: ServedFacts }>
  /** Undefined: every panel. */
  refresh(name: string | undefined): Promise<void>
  report(): CacheReport
  /** Resolves when the backend answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** @param clock only tests give another one: hours pass for them by a call. */
export function openCache(directory: string, clock: Clock = systemClock): PanelCache {
  makeFolder(directory)
  const path = join(directory, 'cache.sqlite')
  const backend = hybridBackend({ tiers: [memoryBackend({ maxBytes: '64MB' }), sqliteBackend({ path })] })
  const cache = createCache({
    backend,
    clock,
    name: 'playground',
    ttl: TTL,
    staleWhileRevalidate: STALE_WHILE_REVALIDATE,
  })
  return {
    path,
    backend: backend.name,
    async serve({ name, range, fileFingerprint, query, load }) {
      const { value, ...served } = await cache.lookupOrSet(['panel', name, { from: range.from, to: range.to }], load, {
        tags: [ALL_PANELS, panelTag(name)],
        fingerprint: `${fileFingerprint}-${digest(query)}`,
      })
      return { value, served }
    },
    refresh: (name) => cache.invalidate({ tags: [name === undefined ? ALL_PANELS : panelTag(name)] }),
    report() {
      const stats = cache.stats()
      return {
        hitRatio: stats.hitRatio,
        stats,
        backend: backend.name,
        fileBytes: fileBytes(path),
      }
    },
    async ping() {
      await cache.usage()
    },
    close: () => cache.close(),
  }
}

function makeFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true })
  } catch (cause) {
    throw new ConfigError(`CACHE_DIR=${directory} cannot be used; allowed: a folder this user can write to`, { cause })
  }
}

function panelTag(name: string): string {
  return `panel:${name}`
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** The database and its write-ahead log; the log is absent at times. */
function fileBytes(path: string): number {
  return [path, `${path}-wal`].reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}
