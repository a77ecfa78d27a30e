/**
 * Requests that go on while faults are done: reads, changes with their invalidations, writes that are read back. Each answer is
 * compared with what the source can have said, and everything that is not as promised is counted.
 */
import type { Cache } from '@stowage/core'
import { type Figures, newFigures, SlowestRequests } from './figures.ts'
import { MAX_BYTES, SLACK_BYTES } from './proving-cache.ts'
import { type Answer, answerOf, isWhole, KEY_COUNT, SourceError, Truth } from './truth.ts'

const TICK_MS = 20
const READS_PER_TICK = 3
const TICKS_PER_CHANGE = 5
const TICKS_PER_WRITE = 4
const TICKS_PER_LOOK = 50
/** What hangs must not pile up. */
const UNDER_WAY_LIMIT = 300
/** Written in turn: one is written again only after so many others, when its last write has long been read back. */
const OWN_KEY_COUNT = 32

export class Prober {
  readonly truth = new Truth()
  readonly figures: Figures = newFigures()
  readonly slowest = new SlowestRequests()
  underWayCount = 0
  readonly #cache: Cache
  readonly #onAcknowledged: (key: string, version: number) => void
  readonly #timer: NodeJS.Timeout
  #ticks = 0

  /** @param onAcknowledged told of every change whose invalidation was acknowledged. */
  constructor(cache: Cache, onAcknowledged: (key: string, version: number) => void) {
    this.#cache = cache
    this.#onAcknowledged = onAcknowledged
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    this.#ticks++
    if (this.underWayCount > UNDER_WAY_LIMIT) return
    for (let read = 0; read < READS_PER_TICK; read++) this.#go(() => this.#read(anyKey()))
    if (this.#ticks % TICKS_PER_CHANGE === 0) this.#go(() => this.#change(anyKey()))
    if (this.#ticks % TICKS_PER_WRITE === 0) {
      const turn = (this.#ticks / TICKS_PER_WRITE) % OWN_KEY_COUNT
      this.#go(() => this.#writeAndRead(`own:${turn}`))
    }
    if (this.#ticks % TICKS_PER_LOOK === 0) this.#go(() => this.#look())
  }

  #go(step: () => Promise<void>): void {
    this.underWayCount++
    step()
      .catch((error: unknown) => {
        if (error instanceof SourceError) this.figures.sourceErrorCount++
        else this.figures.failedCount++
      })
      .finally(() => {
        this.underWayCount--
      })
  }

  async #read(key: string): Promise<void> {
    const { figures, truth, slowest } = this
    figures.requestCount++
    const oldest = truth.oldest(key)
    const startedAtMs = performance.now()
    let isFromSource = true
    try {
      const { value, outcome } = await this.#cache.lookupOrSet<Answer>(key, () => truth.load(key), {
        tags: [tagOf(key)],
      })
      isFromSource = outcome === 'loaded' || outcome === 'joined'
      if (!isWhole(value, key) || value.version > truth.newest(key)) figures.wrongCount++
      else if (value.version < oldest) figures.resurrectedCount++
      if (outcome === 'hit') await this.#spoil(key, value, oldest)
    } finally {
      slowest.note(performance.now() - startedAtMs, isFromSource)
    }
  }

  /** Does to a value what a careless caller does, and looks whether others see it. */
  async #spoil(key: string, value: Answer, oldest: number): Promise<void> {
    Object.assign(value, { body: 'spoilt by a caller' })
    const again = await this.#cache.get<Answer>(key)
    if (again === undefined || again.version < oldest) return
    this.figures.isolationLookCount++
    if (again.body === 'spoilt by a caller') this.figures.isolationBrokenCount++
  }

  async #change(key: string): Promise<void> {
    this.figures.changeCount++
    const acknowledge = this.truth.change(key)
    try {
      if (this.#ticks % 2 === 0) await this.#cache.invalidate({ tags: [tagOf(key)] })
      else await this.#cache.delete(key)
    } catch {
      // Thrown, as promised where it cannot be done now: nobody was told that it has been.
      this.figures.thrownInvalidationCount++
      return
    }
    acknowledge()
    this.#onAcknowledged(key, this.truth.newest(key))
  }

  async #writeAndRead(key: string): Promise<void> {
    const written = answerOf(key, this.#ticks)
    const { outcome } = await this.#cache.set(key, written)
    if (outcome !== 'stored') return
    const found = await this.#cache.get<Answer>(key)
    this.figures.ownWriteCount++
    // Evicted or expired is allowed; another value than the one written is not, unless a later tick has written it.
    if (found !== undefined && (found.version < written.version || !isWhole(found, key)))
      this.figures.ownWriteWrongCount++
  }

  async #look(): Promise<void> {
    const { bytes } = await this.#cache.usage().catch(() => ({ bytes: undefined }))
    // A store that cannot say how much it holds is asked again: that is no request of anybody's.
    if (bytes === undefined) return
    this.figures.boundLookCount++
    this.figures.mostBytes = Math.max(this.figures.mostBytes, bytes)
    if (bytes > MAX_BYTES + SLACK_BYTES) this.figures.overBoundCount++
  }
}

export function tagOf(key: string): string {
  return `of:${key}`
}

function anyKey(): string {
  return `shared:${Math.floor(Math.random() * KEY_COUNT)}`
}
