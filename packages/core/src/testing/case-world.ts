/** What a case of the kit works in: one store, a time it moves, and short ways to write and read entries. */
import assert from 'node:assert/strict'
import type { Backend, EntryFacts, Lease, NewEntry, StoredEntry } from '../backend.ts'
import { defaultCodec } from '../codec/default-codec.ts'
import { entryTimes } from '../ttl.ts'
import type { BackendMiss, WriteOutcome } from '../vocabulary.ts'
import { newEntry } from '../write.ts'
import type { ConformanceHarness, StoreLimits, TestStore } from './harness.ts'

/** What a case may say of an entry it writes; the rest is plain. */
export interface EntryWish {
  readonly tags?: readonly string[]
  readonly freshMs?: number
  readonly staleMs?: number
  /** How much longer than stale it may stand in for a load that failed. */
  readonly errorOnlyMs?: number
  readonly slidingMs?: number
  readonly version?: string
  readonly fingerprint?: string
  readonly lease?: Lease
  readonly maxBytes?: number
}

const NO_LIMITS: StoreLimits = { maxEntries: undefined, maxBytes: undefined }

export class CaseWorld {
  readonly harness: ConformanceHarness
  /** The case's time; a backend learns it from each call only. */
  nowMs = 1_700_000_000_000
  readonly #stores: TestStore[] = []
  readonly #backends: Backend[] = []

  constructor(harness: ConformanceHarness) {
    this.harness = harness
  }

  /** A backend on a new, empty store. */
  async open(limits: Partial<StoreLimits> = {}): Promise<Backend> {
    const [backend] = await this.openStore(limits)
    return backend
  }

  /** The same, with a way to attach to the store once more. */
  async openStore(limits: Partial<StoreLimits> = {}): Promise<[Backend, () => Promise<Backend>]> {
    const store = await this.harness.create({ ...NO_LIMITS, ...limits })
    this.#stores.push(store)
    const attach = async (): Promise<Backend> => {
      const backend = await store.open()
      this.#backends.push(backend)
      return backend
    }
    return [await attach(), attach]
  }

  async put(backend: Backend, key: string, value: unknown, wish: EntryWish = {}): Promise<WriteOutcome> {
    return backend.set(key, this.entry(key, value, wish), this.nowMs, wish.lease)
  }

  /** An entry written now, by default fresh for a minute and never stale. */
  entry(key: string, value: unknown, wish: EntryWish = {}): NewEntry {
    const { maxBytes = Number.POSITIVE_INFINITY } = wish
    return newEntry(key, { value, facts: this.facts(wish) }, { codec: defaultCodec, maxEntryBytes: maxBytes })
  }

  /** What is kept beside the value of such an entry. */
  facts(wish: EntryWish = {}): EntryFacts {
    const { freshMs = 60_000, staleMs = 0, errorOnlyMs = 0, tags = [], version, fingerprint, slidingMs } = wish
    const windows = { freshMs, staleWhileRevalidateMs: staleMs, staleIfErrorMs: staleMs + errorOnlyMs }
    return { ...entryTimes(this.nowMs, windows), tags, version, fingerprint, slidingMs }
  }

  async find(backend: Backend, key: string): Promise<StoredEntry | BackendMiss> {
    return backend.get(key, this.nowMs)
  }

  /** The entry, which must be there. */
  async found(backend: Backend, key: string): Promise<StoredEntry> {
    const found = await this.find(backend, key)
    assert.ok(typeof found !== 'string', `${key} is not served: ${String(found)}`)
    return found
  }

  /** The stored value, or the miss. */
  async value(backend: Backend, key: string): Promise<unknown> {
    const found = await this.find(backend, key)
    return typeof found === 'string' ? `miss: ${found}` : decoded(found)
  }

  async assertValue(backend: Backend, key: string, expected: unknown): Promise<void> {
    assert.deepEqual(await this.value(backend, key), expected, `value of ${key}`)
  }

  /** Any miss will do: only the backends that still hold the entry can say more than `absent`. */
  async assertMiss(backend: Backend, key: string, ...reasons: BackendMiss[]): Promise<void> {
    const found = await this.find(backend, key)
    assert.equal(typeof found, 'string', `${key} is served`)
    if (reasons.length > 0)
      assert.ok(
        reasons.some((reason) => reason === found),
        `${key}: miss ${String(found)}`,
      )
  }

  async fence(backend: Backend, key: string, lengthMs = 30_000): Promise<Lease> {
    const lease = await backend.lease(key, 'fence', lengthMs, this.nowMs)
    assert.ok(lease, 'a fence is always given')
    return lease
  }

  async destroy(): Promise<void> {
    for (const backend of this.#backends) await backend.close()
    for (const store of this.#stores) await store.destroy()
  }
}

/** The facts as a backend gives them back, whatever kind of object it keeps them in. */
export function plainFacts(facts: EntryFacts): EntryFacts {
  const { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, tags, version, fingerprint, slidingMs } = facts
  return { storedAtMs, staleAtMs, errorOnlyAtMs, expireAtMs, tags: [...tags], version, fingerprint, slidingMs }
}

/** The value of a found entry, however the backend holds it. */
export function decoded(found: StoredEntry): unknown {
  return found.payload.holds === 'value' ? found.payload.value : defaultCodec.decode(found.payload.encoded)
}
