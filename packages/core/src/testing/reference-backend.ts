/**
 * The seam at its plainest: what every other backend is compared with. Written to be obviously right, not fast; it keeps
 * everything in Maps and forgets it on close. Unbounded unless told otherwise.
 */
import { serialize } from 'node:v8'
import type {
  Backend,
  BackendCapabilities,
  CheckReport,
  InvalidationTarget,
  Lease,
  LeaseMode,
  NewEntry,
  Payload,
  RemovalListener,
  ScannedEntry,
  ScanQuery,
  StoredEntry,
  SweepReport,
  Usage,
} from '../backend.ts'
import { isIntact } from '../checksum.ts'
import { UsageError } from '../errors.ts'
import { freshnessOf, isPlainFacts } from '../freshness.ts'
import { keyCoverOf } from '../target-cover.ts'
import type { EntryTimes } from '../ttl.ts'
import type { BackendMiss, RemovalCause, WriteOutcome } from '../vocabulary.ts'
import { ReferenceLeases } from './reference-leases.ts'

export interface ReferenceOptions {
  readonly holds?: 'values' | 'bytes'
  readonly maxEntries?: number
}

interface Held {
  readonly entry: NewEntry
  readonly payload: Payload
  /** The invalidation count as of which the value was true. */
  readonly epoch: number
}

export class ReferenceBackend implements Backend {
  readonly name: string = 'reference'
  readonly syncTier: string = 'reference'
  readonly capabilities: BackendCapabilities
  readonly #maxEntries: number | undefined
  readonly #entries = new Map<string, Held>()
  readonly #leases = new ReferenceLeases()
  readonly #listeners = new Set<RemovalListener>()
  #closed = false

  constructor({ holds = 'values', maxEntries }: ReferenceOptions = {}) {
    this.capabilities = { holds, persistent: false, shared: false }
    this.#maxEntries = maxEntries
  }

  get truth(): Backend {
    return this
  }

  getSync(key: string, nowMs: number): unknown {
    const held = this.#entries.get(key)
    if (held === undefined || held.payload.holds === 'bytes' || this.#missOf(held, nowMs) !== undefined)
      return undefined
    const { facts, value } = held.entry
    return freshnessOf(facts, nowMs) === 'fresh' && isPlainFacts(facts) ? value : undefined
  }

  get(key: string, nowMs: number): StoredEntry | BackendMiss {
    this.#requireOpen()
    const held = this.#entries.get(key)
    if (held === undefined) return 'absent'
    const miss = this.#missOf(held, nowMs)
    if (miss !== undefined) return miss
    return { facts: held.entry.facts, payload: ownCopy(held.payload), tier: this.name, identity: held, settle() {} }
  }

  set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined): WriteOutcome {
    this.#requireOpen()
    const leases = this.#leases
    const epoch = lease === undefined ? leases.epoch : leases.epochOfHolding(lease, key, entry.facts.tags, nowMs)
    if (epoch === undefined) return 'superseded'
    if (entry.facts.expireAtMs <= nowMs) return 'elapsed'
    const bytes = this.capabilities.holds === 'bytes'
    const payload: Payload = bytes
      ? { holds: 'bytes', encoded: entry.encode() }
      : { holds: 'value', value: entry.value }
    const held = { entry, payload: ownCopy(payload), epoch }
    this.#entries.delete(key)
    leases.voidCovered((leased) => leased === key)
    if (sizeOf(held) > entry.maxBytes) return 'too-large'
    this.#entries.set(key, held)
    this.#evict()
    return 'stored'
  }

  delete(key: string, nowMs: number, lease: Lease | undefined): boolean {
    this.#requireOpen()
    if (lease !== undefined && this.#leases.epochOfHolding(lease, key, [], nowMs) === undefined) return false
    this.#leases.voidCovered((leased) => leased === key)
    const held = this.#entries.get(key)
    this.#entries.delete(key)
    return held !== undefined && this.#missOf(held, nowMs) === undefined
  }

  touch(key: string, seen: StoredEntry, times: EntryTimes, nowMs: number, leases: 'keep' | 'void'): boolean {
    this.#requireOpen()
    const held = this.#entries.get(key)
    if (held === undefined || held !== seen.identity || this.#missOf(held, nowMs) !== undefined) return false
    const { entry, payload, epoch } = held
    this.#entries.set(key, { entry: { ...entry, facts: { ...entry.facts, ...times } }, payload, epoch })
    if (leases === 'void') this.#leases.voidCovered((leased) => leased === key)
    return true
  }

  isStill(key: string, { identity, facts }: Pick<StoredEntry, 'identity' | 'facts'>, nowMs: number): boolean {
    this.#requireOpen()
    const held = this.#entries.get(key)
    if (held === undefined || held !== identity || this.#missOf(held, nowMs) !== undefined) return false
    return held.entry.facts === facts
  }

  discard(key: string, seen: StoredEntry): void {
    this.#requireOpen()
    if (this.#entries.get(key) === seen.identity) this.#entries.delete(key)
  }

  invalidate(target: InvalidationTarget): void {
    this.#requireOpen()
    if ('tags' in target) this.#leases.invalidateTags(target.tags)
    else this.#removeCovered(keyCoverOf(target).covers)
  }

  lease(key: string, mode: LeaseMode, lengthMs: number, nowMs: number): Lease | undefined {
    this.#requireOpen()
    return this.#leases.take(key, mode, lengthMs, nowMs)
  }

  renew(lease: Lease, tags: readonly string[], lengthMs: number, nowMs: number): boolean {
    this.#requireOpen()
    return this.#leases.renew(lease, tags, lengthMs, nowMs)
  }

  release(lease: Lease): void {
    this.#requireOpen()
    this.#leases.release(lease)
  }

  async *scan(query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
    this.#requireOpen()
    for (const [key, held] of [...this.#entries]) {
      const { facts } = held.entry
      if (!key.startsWith(query.prefix) || this.#missOf(held, nowMs) !== undefined) continue
      if (query.tag !== undefined && !facts.tags.includes(query.tag)) continue
      yield { key, facts, sizeBytes: sizeOf(held) }
    }
  }

  usage(): Usage {
    this.#requireOpen()
    const sizeBytes = [...this.#entries.values()].reduce((sum, held) => sum + sizeOf(held), 0)
    return { entryCount: this.#entries.size, sizeBytes, maxEntries: this.#maxEntries, maxBytes: undefined }
  }

  sweep(nowMs: number): SweepReport {
    this.#requireOpen()
    let expired = 0
    let invalidated = 0
    for (const [key, held] of this.#entries) {
      const miss = this.#missOf(held, nowMs)
      if (miss === undefined) continue
      if (miss === 'expired') expired++
      else invalidated++
      this.#remove(key, miss)
    }
    return { expired, invalidated, done: true }
  }

  async *check(repair: boolean): AsyncGenerator<CheckReport> {
    this.#requireOpen()
    for (const [key, held] of [...this.#entries]) {
      const isTorn = held.payload.holds === 'bytes' && !isIntact(key, held.entry.facts, held.payload.encoded)
      if (isTorn && repair) this.#remove(key, 'undecodable')
      const faults = { wrong: 0, orphans: 0, repaired: isTorn && repair ? 1 : 0 }
      yield isTorn
        ? { entries: 0, bytes: 0, torn: 1, ...faults }
        : { entries: 1, bytes: sizeOf(held), torn: 0, ...faults }
    }
  }

  onRemoval(listener: RemovalListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#closed = true
    this.#entries.clear()
    this.#leases.clear()
  }

  #missOf(held: Held, nowMs: number): 'expired' | 'invalidated' | undefined {
    const { facts } = held.entry
    if (this.#leases.isOutdated(facts.tags, held.epoch)) return 'invalidated'
    return facts.expireAtMs <= nowMs ? 'expired' : undefined
  }

  #evict(): void {
    for (const key of this.#entries.keys()) {
      if (this.#maxEntries === undefined || this.#entries.size <= this.#maxEntries) return
      this.#remove(key, 'evicted')
    }
  }

  #removeCovered(covers: (key: string) => boolean): void {
    this.#leases.voidCovered(covers)
    for (const key of this.#entries.keys()) if (covers(key)) this.#remove(key, 'invalidated')
  }

  #remove(key: string, cause: RemovalCause): void {
    this.#entries.delete(key)
    for (const listener of this.#listeners) listener(key, cause)
  }

  #requireOpen(): void {
    if (this.#closed) throw new UsageError('reference: the backend is closed')
  }
}

function sizeOf({ payload }: Held): number {
  if (payload.holds === 'bytes') return payload.encoded.body.length
  try {
    return serialize(payload.value).byteLength
  } catch {
    return 1 // Functions and the like have no serialised form; they are kept all the same.
  }
}

/** Bytes are copied on the way in and on the way out: nobody else's hands on what is stored. */
function ownCopy(payload: Payload): Payload {
  if (payload.holds === 'value' || typeof payload.encoded.body === 'string') return payload
  // Not its own slice: a Buffer's is no copy.
  return { holds: 'bytes', encoded: { ...payload.encoded, body: new Uint8Array(payload.encoded.body) } }
}
