/**
 * Row 4: the memory engine without the cache before it, beside bare lru-cache: hits, rewrites of held keys, new keys into a
 * full cache, and get-or-set over ten times as many keys as fit. Stowage's entries have a ttl; lru-cache has none to keep.
 */
import type { NewEntry } from '@stowage/core'
import { TTL_MS } from '../contenders/contender.ts'
import type { Bout, Entrant, Workload } from '../harness/contract.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import { drawsFrom, keysOf } from '../material/draws.ts'
import { syncHits } from './hit-loop.ts'

const CAPACITY = 100_000
/** Turns of the event loop are a server's; between them the engine's clock stands still. */
const CALLS_PER_TURN = 1_000
const CPU_NS = { name: 'cpuNs', title: 'CPU ns/call' }
const OWN = 'Stowage memory engine'
const PEER = 'lru-cache, bare'

interface Engine {
  get(key: string): unknown
  set(key: string, value: object): void
}

/** What is done to the engine for one drawn key; whatever it gives back is not undefined. */
type Use = (engine: Engine, key: string) => unknown

const VALUE = { held: true }

async function lruCache(): Promise<Engine> {
  const { LRUCache } = await import('lru-cache')
  const cache = new LRUCache<string, object>({ max: CAPACITY })
  return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
}

async function stowage(): Promise<Engine> {
  const { systemClock } = await import('@stowage/core')
  const { memoryBackend } = await import('@stowage/memory')
  const backend = memoryBackend({ maxEntries: CAPACITY })
  const now = () => systemClock.recentMs?.() ?? systemClock.nowMs()
  return {
    get: (key) => backend.getSync(key, now(), 'use'),
    set(key, value) {
      const nowMs = now()
      void backend.set(key, entryOf(value, nowMs), nowMs, undefined)
    },
  }
}

function entryOf(value: object, nowMs: number): NewEntry {
  const endMs = nowMs + TTL_MS
  const times = { storedAtMs: nowMs, staleAtMs: endMs, errorOnlyAtMs: endMs, expireAtMs: endMs }
  const facts = { ...times, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
  return { facts, value, maxBytes: Number.POSITIVE_INFINITY, encode: encodeNothing }
}

function encodeNothing(): never {
  throw new TypeError('memory holds values; nothing asks for bytes')
}

function hit(engine: Engine, key: string): unknown {
  return engine.get(key)
}

function update(engine: Engine, key: string): unknown {
  engine.set(key, VALUE)
  return VALUE
}

function getOrSet(engine: Engine, key: string): unknown {
  return engine.get(key) ?? update(engine, key)
}

function workload(name: string, title: string, use: Use, draws: () => readonly string[], must: number): Workload {
  return {
    name: `engine-${name}`,
    row: 4,
    title: `engine: ${title}`,
    entrants: [entrant(PEER, 'lru-cache', lruCache, use, draws), entrant(OWN, '@stowage/memory', stowage, use, draws)],
    measures: [CPU_NS],
    reference: PEER,
    targets: [{ entrant: OWN, measure: CPU_NS.name, form: 'cost', must, aim: must }],
  }
}
