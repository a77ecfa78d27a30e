/** What a cache is, in a hundred lines: a Map, instants, and who covers whom. Written to be obviously right. */

export interface ModelOptions {
  readonly ttl: number
  readonly staleWhileRevalidate: number
  readonly staleIfError: number
  readonly tags: readonly string[]
  readonly sliding: boolean
  readonly fingerprint: string | undefined
}

export interface ModelEntry {
  readonly value: unknown
  readonly space: string
  readonly key: string
  readonly options: ModelOptions
  readonly storedAtMs: number
  staleAtMs: number
}

/** Where a call is made: on which cache, in which namespace, on which key. */
export interface Place {
  readonly at: number
  readonly space: string
  readonly key: string
}

/** What a lookup finds. `error-only` is a miss to all but a load that fails. */
export type Found =
  | { readonly state: 'hit' | 'stale' | 'error-only'; readonly entry: ModelEntry }
  | { readonly state: 'none' }

/** Spaces are paths: '' is the root, 'n/' a namespace, 'n/m/' one in it. */
export class Model {
  nowMs: number
  readonly counts = { lookups: 0, hits: 0, stale: 0, loads: 0 }
  readonly #entries = new Map<string, ModelEntry>()
  readonly #backoffUntilMs = new Map<string, number>()

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  find(space: string, key: string, fingerprint?: string): Found {
    const entry = this.#entries.get(space + key)
    if (entry === undefined) return { state: 'none' }
    if (fingerprint !== undefined && fingerprint !== entry.options.fingerprint) return { state: 'none' }
    const { staleWhileRevalidate, staleIfError } = entry.options
    const pastMs = this.nowMs - entry.staleAtMs
    if (pastMs < 0) return { state: 'hit', entry }
    if (pastMs < staleWhileRevalidate) return { state: 'stale', entry }
    return pastMs < staleIfError ? { state: 'error-only', entry } : { state: 'none' }
  }

  /** The same, counted, and with what reading does to an entry that lives while it is read. */
  look(space: string, key: string, fingerprint?: string): Found {
    const found = this.find(space, key, fingerprint)
    this.counts.lookups++
    if (found.state === 'hit') this.counts.hits++
    if (found.state === 'stale') this.counts.stale++
    if (found.state !== 'hit' || !found.entry.options.sliding) return found
    const { entry } = found
    const seen = { ...entry }
    if (entry.staleAtMs - this.nowMs <= entry.options.ttl * 0.9) entry.staleAtMs = this.nowMs + entry.options.ttl
    return { state: 'hit', entry: seen }
  }

  put(space: string, key: string, value: unknown, options: ModelOptions): void {
    const staleAtMs = this.nowMs + options.ttl
    this.#entries.set(space + key, { value, space, key, options, storedAtMs: this.nowMs, staleAtMs })
  }

  /** A new value with the life, tags and guards of the old one, stored now or when that was fresh last. */
  replace(entry: ModelEntry, value: unknown): void {
    this.#entries.set(entry.space + entry.key, { ...entry, value, storedAtMs: Math.min(this.nowMs, entry.staleAtMs) })
  }

  /** @returns whether a live one was there */
  remove(space: string, key: string): boolean {
    const existed = this.find(space, key).state !== 'none'
    this.#entries.delete(space + key)
    return existed
  }

  removeWhere(covers: (entry: ModelEntry) => boolean): void {
    for (const [place, entry] of this.#entries) if (covers(entry)) this.#entries.delete(place)
  }

  /** Stale as of now. What is so already keeps its windows, and is not made servable again. */
  expireWhere(covers: (entry: ModelEntry) => boolean): void {
    for (const entry of this.live()) {
      if (covers(entry) && this.find(entry.space, entry.key).state === 'hit') entry.staleAtMs = this.nowMs
    }
  }

  live(): ModelEntry[] {
    return [...this.#entries.values()].filter(({ space, key }) => this.find(space, key).state !== 'none')
  }

  /** Whether a cache leaves a key's source alone. Each cache has failures of its own. */
  isBackingOff({ at, space, key }: Place): boolean {
    return this.nowMs < (this.#backoffUntilMs.get(`${at} ${space}${key}`) ?? 0)
  }

  backOff({ at, space, key }: Place, untilMs: number): void {
    this.#backoffUntilMs.set(`${at} ${space}${key}`, untilMs)
  }
}
