/**
 * Row 28: the memory engine without the cache before it, beside bare lru-cache: hits, rewrites of held keys, new keys into a
 * full cache, and get-or-set over ten times as many keys as fit. Stowage's entries have a ttl; lru-cache has none to keep.
 */
import type { NewEntry } from '@stowage/core'
import type { MemoryOptions } from '@stowage/memory'
import { TTL_MS } from '../contenders/contender.ts'
import type { Bout, Entrant, Workload } from '../harness/contract.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import { drawsFrom, keysOf } from '../material/draws.ts'
import { HitLoop } from './hit-loop.ts'

const CAPACITY = 100_000
/** Turns of the event loop are a server's; between them the engine's clock stands still. */
const CALLS_PER_TURN = 1_000
export const CPU_NS = { name: 'cpuNs', title: 'CPU ns/call' }
export const OWN = 'Stowage memory engine'
export const PEER = 'lru-cache, bare'

export interface Engine {
  get(key: string): unknown
  set(key: string, value: object): void
}

/** What is done to the engine for one drawn key; whatever it gives back is not undefined. */
export type Use = (engine: Engine, key: string) => unknown

const VALUE = { held: true }

export async function lruCache(max: number = CAPACITY): Promise<Engine> {
  const { LRUCache } = await import('lru-cache')
  const cache = new LRUCache<string, object>({ max })
  return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value) }
}

export async function stowage(options: MemoryOptions = {}): Promise<Engine> {
  const { systemClock } = await import('@stowage/core')
  const { memoryBackend } = await import('@stowage/memory')
  const backend = memoryBackend({ maxEntries: CAPACITY, ...options })
  const now = systemClock.recentMs?.bind(systemClock) ?? systemClock.nowMs.bind(systemClock)
  return {
    get: (key) => backend.getSync(key, now(), 'use'),
    set(key, value) {
      const nowMs = now()
      void backend.set(key, entryOf(value, nowMs), nowMs, undefined)
    },
  }
}

export function entryOf(value: object, nowMs: number, tags: readonly string[] = []): NewEntry {
  const endMs = nowMs + TTL_MS
  // One literal, as core's own are: a spread would cost more than the engine.
  const facts = {
    storedAtMs: nowMs,
    staleAtMs: endMs,
    errorOnlyAtMs: endMs,
    expireAtMs: endMs,
    tags,
    version: undefined,
    fingerprint: undefined,
    slidingMs: undefined,
  }
  return { facts, value, maxBytes: Number.POSITIVE_INFINITY, encode: encodeNothing }
}

function encodeNothing(): never {
  throw new TypeError('memory holds values; nothing asks for bytes')
}

export function hit(engine: Engine, key: string): unknown {
  return engine.get(key)
}

export function update(engine: Engine, key: string): unknown {
  engine.set(key, VALUE)
  return VALUE
}

function getOrSet(engine: Engine, key: string): unknown {
  return engine.get(key) ?? update(engine, key)
}

export const held = () => drawsFrom(keysOf(CAPACITY))

export const engineHit = workload('hit', hit, held, 1)
export const engineUpdate = workload('update', update, held, 1)
/** So many that nearly all are new: of fewer, asked for over and over, an engine that resists loops would keep some. */
export const engineChurn = workload('churn', update, () => keysOf(2 ** 20), 2.2)
/** It costs what it costs at the engine's own hit ratio, which is what it is for: of the keys drawn less than a fifth fits. */
export const engineGetOrSet = workload('get-or-set', getOrSet, () => drawsFrom(keysOf(CAPACITY * 10), 2 ** 22), 0.9)

function workload(name: string, use: Use, draws: () => readonly string[], must: number): Workload {
  return {
    name: `engine-${name}`,
    row: 28,
    title: `memory engine, ${name}, ${CAPACITY} entries`,
    entrants: [
      { name: PEER, packages: ['lru-cache'], open: open(lruCache, use, draws) },
      { name: OWN, packages: ['@stowage/memory'], open: open(stowage, use, draws) },
    ],
    measures: [CPU_NS],
    reference: PEER,
    targets: [{ entrant: OWN, measure: CPU_NS.name, form: 'cost', must, aim: must }],
  }
}

/** @param use what is done for each of the drawn keys. */
export function open(make: () => Promise<Engine>, use: Use, drawn: () => readonly string[]): Entrant['open'] {
  return async ({ roundCpuMs }): Promise<Bout> => {
    const engine = await make()
    const call = (key: string): unknown => use(engine, key)
    const loop = new HitLoop({ draws: drawn(), callsPerTurn: CALLS_PER_TURN, roundCpuMs })
    for (const key of keysOf(CAPACITY)) engine.set(key, VALUE)
    // An engine that has been in use: what it held first, and what it has yet to learn of its keys, is no part of the figure.
    await loop.pass(call)
    return {
      async smoke() {
        engine.set('smoke', VALUE)
        if (engine.get('smoke') !== VALUE) throw new WrongAnswerError('what has just been set is not there')
        if (engine.get('never') !== undefined) throw new WrongAnswerError('a key that was never set was found')
      },
      round: async () => ({
        cpuNs: await loop.sync(call),
      }),
      close: async () => undefined,
    }
  }
}
