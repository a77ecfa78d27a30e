/**
 * What Stowage and its nearest peers promise, as the front page shows it. Where a row has a probe, a test tries it on each
 * of them; the other rows are what the peers' documentation and sources say, told with their places in docs/peers.md.
 */
import { bentocache } from '../contenders/bentocache.ts'
import { cacheable } from '../contenders/cacheable.ts'
import { cachemanager } from '../contenders/cachemanager.ts'
import { cachified } from '../contenders/cachified.ts'
import type { Contender } from '../contenders/contender.ts'
import { keyv } from '../contenders/keyv.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import type { ProbeName } from './probes.ts'

export interface Library {
  readonly title: string
  /** Whose version is shown; undefined for ours. */
  readonly package: string | undefined
  readonly contender: Contender
}

export const LIBRARIES = [
  { title: 'Stowage', package: undefined, contender: stowageMemory },
  { title: 'bentocache', package: 'bentocache', contender: bentocache },
  { title: 'cacheable', package: 'cacheable', contender: cacheable },
  { title: 'cache-manager', package: 'cache-manager', contender: cachemanager },
  { title: 'keyv', package: 'keyv', contender: keyv },
  { title: 'cachified', package: '@epic-web/cachified', contender: cachified },
] as const satisfies readonly Library[]

/** One for each library, in their order. `-`: it has no such call, so there is nothing to promise. */
type Cells = readonly [string, string, string, string, string, string]

export interface Feature {
  readonly what: string
  /** One with a probe begins with "yes" exactly where the probe finds so. */
  readonly cells: Cells
  readonly probe?: ProbeName
}

export const FEATURES: readonly Feature[] = [
  {
    what: 'one load per key in a process',
    cells: ['yes', 'yes', 'yes', 'yes', '-', 'yes'],
    probe: 'sharesLoads',
  },
  {
    what: 'one failure for all who wait',
    cells: ['yes', 'no', 'yes', 'yes', '-', 'yes'],
    probe: 'sharesFailures',
  },
  {
    what: 'callers hear of a failed load',
    cells: ['yes', 'yes', 'no', 'yes', '-', 'yes'],
    probe: 'tellsFailures',
  },
  {
    what: 'a load that began before a deletion brings nothing back',
    cells: ['yes', 'no', 'no', 'no', '-', 'no'],
    probe: 'fencesLoads',
  },
  {
    what: 'a hit in memory is the caller’s own, as it comes',
    cells: ['no: `isolation`', 'yes', 'yes', 'no', 'yes', 'no'],
    probe: 'isolatesHits',
  },
  { what: 'one load in all processes', cells: ['yes', 'no', 'no', 'no', '-', 'no'] },
  { what: 'stale while it is loaded anew', cells: ['yes', 'yes', 'no', 'ahead of its end', '-', 'yes'] },
  { what: 'stale in place of an error', cells: ['yes', 'yes', 'no', 'no', '-', 'when forced'] },
  { what: 'invalidation by tag', cells: ['yes', 'yes, as stale', 'not in `getOrSet`', 'no', 'no', 'no'] },
  {
    what: 'memory in front of a shared store',
    cells: ['any tiers', 'two tiers', 'two tiers', 'any tiers', 'no', 'no'],
  },
  {
    what: 'other processes’ memory is told',
    cells: ['Redis, sqlite', 'Redis, MQTT', 'not of tags, clear', 'no', '-', '-'],
  },
  {
    what: 'bounded in memory, as it comes',
    cells: ['must be told', '1,000 entries', 'no', 'no', 'no', 'your store’s'],
  },
  {
    what: 'stores',
    cells: ['memory, files, sqlite, Redis', 'these, SQL, DynamoDB', 'Keyv’s', 'Keyv’s', 'over 15', 'any Map'],
  },
  { what: 'runs in browsers and at the edge', cells: ['no', 'no', 'no', 'no', 'yes', 'yes'] },
  { what: 'in use elsewhere', cells: ['not released', 'yes', 'yes', 'yes', 'yes', 'yes'] },
]
