/** Row 28: what an entry takes besides key and value, in a full cache: Stowage's with a ttl, its size and a tag. */
import type { Bout, Workload } from '../harness/contract.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import { collectHeap } from '../material/collected-heap.ts'
import { keysOf } from '../material/draws.ts'
import { entryOf, OWN, PEER } from './engine.ts'

const ENTRY_COUNT = 500_000
const VALUE = { held: true }

export const engineBytes: Workload = {
  name: 'engine-bytes',
  row: 28,
  title: `memory engine, bytes per entry, ${ENTRY_COUNT} entries`,
  entrants: [
    { name: PEER, packages: ['lru-cache'], open: async () => weighing(lruCache) },
    { name: OWN, packages: ['@stowage/memory'], open: async () => weighing(stowage) },
  ],
  measures: [{ name: 'entryBytes', title: 'bytes/entry' }],
  reference: PEER,
  targets: [{ entrant: OWN, measure: 'entryBytes', form: 'figure', must: 97, aim: 97 }],
}

/** Fills a new cache. @returns how many of the keys it holds */
type Fill = (keys: readonly string[]) => Promise<() => number>

const lruCache: Fill = async (keys) => {
  const { LRUCache } = await import('lru-cache')
  const cache = new LRUCache<string, object>({ max: keys.length })
  for (const key of keys) cache.set(key, VALUE)
  return () => cache.size
}

const stowage: Fill = async (keys) => {
  const { memoryBackend } = await import('@stowage/memory')
  const backend = memoryBackend({ maxEntries: keys.length })
  const nowMs = Date.now()
  for (const key of keys) void backend.set(key, entryOf(VALUE, nowMs, ['tag']), nowMs, undefined)
  return () => keys.filter((key) => backend.getSync(key, nowMs, 'ignore') === VALUE).length
}

function weighing(fill: Fill): Bout {
  const keys = keysOf(ENTRY_COUNT)
  return {
    async smoke() {
      const count = await fill(keys.slice(0, 1_000))
      if (count() !== 1_000) throw new WrongAnswerError(`of 1000 entries ${count()} are there`)
    },
    async round() {
      const before = heldBytes()
      const count = await fill(keys)
      const entryBytes = (heldBytes() - before) / ENTRY_COUNT
      if (count() !== ENTRY_COUNT) throw new WrongAnswerError(`of ${ENTRY_COUNT} entries ${count()} are there`)
      return { entryBytes }
    },
    close: async () => undefined,
  }
}

function heldBytes(): number {
  collectHeap()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
