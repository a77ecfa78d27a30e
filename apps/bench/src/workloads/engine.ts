/**
 * Row 28: the memory engine without the cache before it, beside bare lru-cache: hits, rewrites of held keys, new keys into a
 * full cache, and get-or-set over ten times as many keys as fit. Stowage's entries have a ttl; lru-cache has none to keep.
 */
import type { NewEntry } from '@stowage/core'
import type { MemoryOptions } from '@stowage/memory'
import { TTL_MS } from '../contenders/contender.ts'
import type { Bout, Entrant, Rounds, Scale, Workload } from '../harness/contract.ts'
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

const TURN_COUNT = 10
/** Three times as many rounds as elsewhere, shared among processes: of the ratio, a few hundredths are to be told apart. */
const SITTINGS = { warmUpCount: 1, roundCount: 3, sittingCount: 12, turnCount: TURN_COUNT }

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
  // The record a write comes in is its caller's to make, and dearer than a rewrite: one, filled anew, so that the engine is measured.
  const entry = entryOf({}, now())
  return {
    get: (key) => backend.getSync(key, now(), 'use'),
    set(key, value) {
      const nowMs = now()
      const endMs = nowMs + TTL_MS
      entry.value = value
      entry.facts.storedAtMs = nowMs
      entry.facts.staleAtMs = endMs
      entry.facts.errorOnlyAtMs = endMs
      entry.facts.expireAtMs = endMs
      void backend.set(key, entry, nowMs, undefined)
    },
  }
}

export function entryOf(value: object, nowMs: number, tags: readonly string[] = []) {
  const endMs = nowMs + TTL_MS
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
  return { facts, value, maxBytes: Number.POSITIVE_INFINITY, encode: encodeNothing } satisfies NewEntry
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

/** What is asked for in turn, all of them among these keys: the same texts, so that none is compared character by character. */
export interface Traffic {
  readonly keys: readonly string[]
  readonly draws: readonly string[]
}

export function held(): Traffic {
  const keys = keysOf(CAPACITY)
  return { keys, draws: drawsFrom(keys) }
}

/** So many that nearly all are new: of fewer, asked for over and over, an engine that resists loops would keep some. */
function turnover(): Traffic {
  const keys = keysOf(2 ** 20)
  return { keys, draws: keys }
}

/** A million calls by Zipf's law, exponent 0.9, over ten times as many keys as fit, made again and again: what the target was set for. */
function aside(): Traffic {
  const keys = keysOf(CAPACITY * 10)
  return { keys, draws: drawsFrom(keys, { drawCount: 2 ** 20, exponent: 0.9 }) }
}

export const engineHit = workload('hit', hit, held, 1)
export const engineUpdate = workload('update', update, held, 1)
export const engineChurn = workload('churn', update, turnover, 2.2)
/** It costs what it costs at the engine's own hit ratio, which is what it is for: 76 percent, where lru-cache's is 64. */
export const engineGetOrSet = workload('get-or-set', getOrSet, aside, 0.9)

function workload(name: string, use: Use, traffic: () => Traffic, must: number): Workload {
  return {
    name: `engine-${name}`,
    row: 28,
    title: `memory engine, ${name}, ${CAPACITY} entries`,
    entrants: [
      { name: PEER, packages: ['lru-cache'], open: open(lruCache, use, traffic) },
      { name: OWN, packages: ['@stowage/memory'], open: open(stowage, use, traffic) },
    ],
    measures: [CPU_NS],
    reference: PEER,
    targets: [{ entrant: OWN, measure: CPU_NS.name, form: 'cost', must, aim: must }],
    rounds: engineRounds,
  }
}

export function engineRounds(scale: Scale): Rounds {
  return scale.purpose === 'results' ? SITTINGS : { ...scale, turnCount: TURN_COUNT }
}

/** @param use what is done for each of the drawn keys. */
export function open(make: () => Promise<Engine>, use: Use, traffic: () => Traffic): Entrant['open'] {
  return async ({ roundCpuMs }): Promise<Bout> => {
    const engine = await make()
    const call = (key: string): unknown => use(engine, key)
    const { keys, draws } = traffic()
    const loop = new HitLoop({ draws, callsPerTurn: CALLS_PER_TURN, roundCpuMs: roundCpuMs / TURN_COUNT })
    for (const key of keys.slice(0, CAPACITY)) engine.set(key, VALUE)
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
