/** What a comparison is made of: who takes part, what all of them are asked, and what is measured of each. */

export const CONTESTANTS = [
  { name: 'memory', title: 'memory', tiers: ['memory'] },
  { name: 'fs', title: 'fs', tiers: ['fs'] },
  { name: 'sqlite', title: 'sqlite', tiers: ['sqlite'] },
  { name: 'redis', title: 'redis', tiers: ['redis'] },
  { name: 'memory-sqlite', title: 'memory + sqlite', tiers: ['memory', 'sqlite'] },
  { name: 'memory-redis', title: 'memory + redis', tiers: ['memory', 'redis'] },
  { name: 'memory-sqlite-redis', title: 'memory + sqlite + redis', tiers: ['memory', 'sqlite', 'redis'] },
] as const satisfies readonly Contestant[]

interface Contestant {
  readonly name: string
  readonly title: string
  /** Nearest first. */
  readonly tiers: readonly TierName[]
}

export type ContestantName = (typeof CONTESTANTS)[number]['name']
export type TierName = 'memory' | 'fs' | 'sqlite' | 'redis'

export const SIZE_MIXES = ['recorded', 'mixed', 'large'] as const

/** The same for all who take part in a run. */
export interface Workload {
  readonly callCount: number
  /** `recorded`: the answers as they are. `mixed`: one in four is 10 kB larger, one in twenty 100 kB. `large`: all by 100 kB. */
  readonly sizes: (typeof SIZE_MIXES)[number]
  /** How long a load waits for the source. */
  readonly sourceMs: number
  /** Limit of each tier. Redis has the limit of its server. */
  readonly maxMegabytes: number
  readonly seed: number
}

/** What one lap of the trace measured; a run has the same laps for all. */
export interface Lap {
  /** Calls answered since the run began. */
  readonly callCount: number
  readonly callsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Share of this lap's lookups. */
  readonly hitRatio: number
  /** Since the run began. */
  readonly sourceQueryCount: number
  readonly loopDelayP99Ms: number
  /** Of the process that holds the cache. */
  readonly memoryBytes: number
  readonly diskBytes: number
}

/** All laps together. */
export interface Verdict {
  /** Of the middle one of the laps. */
  readonly callsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly hitRatio: number
  readonly sourceQueryCount: number
  /** Of the middle one of the laps. */
  readonly loopDelayP99Ms: number
  readonly memoryBytes: number
  readonly diskBytes: number
  /** Answers that were looked at and found to be another value than the source had given, or an older one. */
  readonly wrongCount: number
  readonly failedCount: number
}

/** To the process of a contestant. */
export type SeatOrder = { readonly kind: 'open'; readonly opening: Opening } | { readonly kind: 'lap' }

export interface Opening {
  readonly contestant: ContestantName
  readonly folder: string
  readonly redisUrl: string | undefined
  /** The recorded answers, as JSON. */
  readonly recordingFile: string
  readonly workload: Workload
  readonly lapCount: number
}

/** From it. */
export type SeatReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'lap'; readonly lap: Lap; readonly verdict: Verdict; readonly finished: boolean }
  | { readonly kind: 'failed'; readonly reason: string }
