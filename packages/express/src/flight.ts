/**
 * One response on its way, shared by all who asked for it meanwhile: collapsed forwarding. The one whose handler runs leads;
 * the others follow, each at the speed of its own client, from the same chunks.
 *
 * As long as the response may be stored its chunks are all kept, so that followers may join at any time. Beyond that
 * nobody joins, what all have read is let go, and a follower that lags by more than the limit is cut off: it must neither
 * hold the handler up nor fill the memory. There the handler goes at the speed of the first client; when that has left, at the speed
 * of the fastest that follows.
 */
import type { ResponseHead, StoredResponse } from './stored-response.ts'

/** Whom a response is for: those that ask alike in the request fields it depends on. */
export interface Audience {
  readonly names: readonly string[]
  readonly variant: string
}

export type FlightNews =
  /** The head is known, and the body comes as it is made. */
  | (Audience & { readonly kind: 'stream'; readonly head: ResponseHead })
  /** There is a complete response. */
  | (Audience & { readonly kind: 'complete'; readonly head: StoredResponse })
  /** Not to be shared: each is on its own. */
  | { readonly kind: 'alone' }

export interface Reader {
  /** Place of the next chunk it reads. */
  at: number
  /** Something has changed. */
  wake: () => void
  /** It lags too much. */
  cut: () => void
}

export class Flight {
  readonly #news = Promise.withResolvers<FlightNews>()
  readonly #readers = new Set<Reader>()
  readonly #limitBytes: number
  readonly #tick: () => number
  #heardAt: number
  #chunks: Uint8Array[] = []
  /** Chunks let go. */
  #goneCount = 0
  #keptBytes = 0
  #isWhole = true
  #outcome: 'ended' | 'failed' | undefined
  /** Whether a request that comes now may share it. */
  isOpen = true
  /** What an invalidation finds it by, in storage form: its URL's tag, and once its head is known all others. */
  readonly tags: Set<string> = new Set()
  /** What a deletion finds it by: the text of its URL's key. */
  placeText = ''
  #isHeadKnown = false
  /** Told when nobody follows any more. */
  onDeserted: () => void = () => undefined
  /** Told when a follower has read all there is. */
  onCaughtUp: () => void = () => undefined

  /** @param tick milliseconds since some instant */
  constructor(limitBytes: number, tick: () => number) {
    this.#limitBytes = limitBytes
    this.#tick = tick
    this.#heardAt = tick()
  }

  /** Something has come of it, or it has only begun now. */
  hear(): void {
    this.#heardAt = this.#tick()
  }

  /** For how long nothing has come of it, though it goes on. */
  get silentMs(): number {
    return this.#outcome === undefined ? this.#tick() - this.#heardAt : 0
  }

  get news(): Promise<FlightNews> {
    return this.#news.promise
  }

  get isFollowed(): boolean {
    return this.#readers.size > 0
  }

  /** All bytes so far are kept: it may still be stored. */
  get isWhole(): boolean {
    return this.#isWhole
  }

  /** What is kept of it. */
  get keptBytes(): number {
    return this.#keptBytes
  }

  /** Beyond the limit, and none of those who follow has read all there is. */
  get isAheadOfAll(): boolean {
    const end = this.#goneCount + this.#chunks.length
    return !this.#isWhole && this.isFollowed && [...this.#readers].every(({ at }) => at < end)
  }

  get outcome(): 'ended' | 'failed' | undefined {
    return this.#outcome
  }

  tell(news: FlightNews): void {
    if (news.kind === 'alone') this.isOpen = false
    this.#isHeadKnown = true
    this.hear()
    this.#news.resolve(news)
  }

  /** Whether what these tags cover may be it. @param areUrls the tags name URLs, which are known from the start */
  isCoveredBy(tags: readonly string[], areUrls: boolean): boolean {
    return (!this.#isHeadKnown && !areUrls) || tags.some((tag) => this.tags.has(tag))
  }

  /**
   * Who waits for the news reads already: else what is let go meanwhile would be missing.
   * @returns to be called when it leaves
   */
  read(reader: Reader): () => void {
    // What has been let go is not to be had any more.
    if (reader.at < this.#goneCount) reader.cut()
    else this.#readers.add(reader)
    return () => {
      this.#readers.delete(reader)
      this.#trim()
      if (!this.isFollowed) this.onDeserted()
    }
  }

  push(chunk: Uint8Array): void {
    // The handler may use its buffer again.
    this.#chunks.push(Buffer.from(chunk))
    this.#keptBytes += chunk.length
    this.hear()
    if (this.#isWhole && this.#keptBytes > this.#limitBytes) {
      this.#isWhole = false
      this.isOpen = false
    }
    this.#trim()
    this.#wakeAll()
  }

  /** What the reader has not read yet; undefined when there is no more for now. */
  next(reader: Reader): Uint8Array | undefined {
    const chunk = this.#chunks[reader.at - this.#goneCount]
    if (chunk === undefined) return undefined
    reader.at++
    if (reader.at === this.#goneCount + this.#chunks.length) this.onCaughtUp()
    return chunk
  }

  /** The whole body. */
  body(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  /** Its first end counts. */
  end(outcome: 'ended' | 'failed'): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    if (outcome === 'failed') this.isOpen = false
    this.#news.resolve({ kind: 'alone' })
    this.#wakeAll()
  }

  #trim(): void {
    if (this.#isWhole) return
    for (const reader of this.#readers) {
      if (this.#keptBytes > this.#limitBytes * 2 && reader.at === this.#goneCount) {
        this.#readers.delete(reader)
        reader.cut()
      }
    }
    const readTo = Math.min(this.#goneCount + this.#chunks.length, ...[...this.#readers].map(({ at }) => at))
    const gone = this.#chunks.splice(0, readTo - this.#goneCount)
    this.#goneCount = readTo
    for (const chunk of gone) this.#keptBytes -= chunk.length
  }

  #wakeAll(): void {
    for (const { wake } of this.#readers) wake()
  }
}
