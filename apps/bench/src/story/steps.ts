/** The steps of the story: each has what the one before has, and one thing more. */
import type { Features } from './cached-shop.ts'

export interface StoryStep {
  readonly title: string
  /** What is written for it; a cache of Stowage where there are features. */
  readonly code: string
  readonly features?: Features
  readonly ttlMs?: number
}

const MEMORY: Features = {}
const NEGATIVE: Features = { ...MEMORY, negativeTtl: '1m' }
const ON_ERROR: Features = { ...NEGATIVE, staleIfError: '1h' }
const STALE: Features = { ...ON_ERROR, staleWhileRevalidate: '5m' }
const FILE: Features = { ...STALE, file: true }
const SHARED: Features = { ...FILE, singleFlight: 'shared' }
const TAGGED: Features = { ...SHARED, invalidates: true, ttl: '1h' }
const TOLD: Features = { ...TAGGED, bus: true }

export const STORY: readonly StoryStep[] = [
  { title: 'no cache', code: 'query(product)' },
  { title: 'a Map with a ttl, by hand', code: 'map.get(product) ?? …', ttlMs: 60_000 },
  { title: '`getOrSet` on memory', code: "ttl: '1m'", features: MEMORY },
  { title: '+ what does not exist is kept, too', code: "negativeTtl: '1m'", features: NEGATIVE },
  { title: '+ stale stands in for errors', code: "staleIfError: '1h'", features: ON_ERROR },
  { title: '+ stale is served while it is loaded anew', code: "staleWhileRevalidate: '5m'", features: STALE },
  { title: '+ a file that both processes have', code: 'hybridBackend({ tiers: [memory, sqlite] })', features: FILE },
  { title: '+ one load in both of them', code: "singleFlight: 'shared'", features: SHARED },
  { title: '+ changes invalidate, so the ttl may be long', code: "tags: [product], ttl: '1h'", features: TAGGED },
  { title: '+ the other process hears of it', code: 'bus', features: TOLD },
]
