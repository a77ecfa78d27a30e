/**
 * A body that is too large to be held: it goes to a store of parts while the first client reads it, and comes from there in
 * parts. The response's own entry holds its head, and names it.
 *
 * It is written before that entry, without a lease, under a name nobody knows; it counts only once the entry, which is
 * written under the lease, names it. What is never named goes with its ttl.
 */
import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { Cache, CancelTimer, Clock, Key, Ttl } from '@stowage/core'

/** As `fsBackend` of `@stowage/fs` has them; the backend of the cache, whose root namespace they are kept in. */
export interface BodyStore {
  setStream(
    key: Key,
    source: AsyncIterable<Uint8Array>,
    options: { readonly ttl: Ttl; readonly tags: readonly string[] },
  ): Promise<string>
  getStream(key: Key): Promise<{ readonly stream: Readable; readonly sizeBytes: number } | undefined>
}

/** What a head says of it. */
export interface LargeBodyName {
  readonly id: string
  readonly sizeBytes: number
}

/** With this much waiting for the disk the handler is asked to pause. */
const PAUSE_BYTES = 1_048_576
/** What waits when a handler does not: nothing is stored then. */
const MAX_WAITING_BYTES = 16 * PAUSE_BYTES
/** A disk that takes nothing for so long is given up: it must not hold up the handler, nor the key. */
const PATIENCE_MS = 5_000

interface LargeBodyOptions {
  readonly store: BodyStore
  readonly clock: Clock
  readonly ttl: Ttl
  readonly tags: readonly string[]
  readonly maxBytes: number
  /** The disk has caught up, or is not waited for any more. */
  readonly onDrained: () => void
}

export class LargeBody {
  readonly #id = randomUUID()
  readonly #writing: Promise<string>
  readonly #options: LargeBodyOptions
  readonly #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #sizeBytes = 0
  #isPaused = false
  #end: 'ended' | Error | undefined
  #change = Promise.withResolvers<void>()
  #failure: { readonly error: unknown } | undefined
  readonly #abandoned = Promise.withResolvers<undefined>()
  #losePatience: CancelTimer | undefined

  constructor(options: LargeBodyOptions) {
    const { store, ttl, tags } = options
    this.#options = options
    this.#writing = store.setStream(largeBodyKey(this.#id), this.#parts(), { ttl, tags })
    // What it came to is asked for at the end.
    this.#writing.then(
      (outcome) => {
        this.#forgiveDelay()
        if (outcome !== 'stored') this.abandon(outcome)
      },
      (error: unknown) => {
        // What was abandoned ends in an error of our own.
        if (!(this.#end instanceof Error)) this.#failure = { error }
        this.abandon('the disk failed')
      },
    )
  }

  /** The handler is to wait until it is told that the disk has caught up. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  push(bytes: Uint8Array): void {
    if (this.#end !== undefined) return
    this.#sizeBytes += bytes.length
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.abandon('the handler is faster than the disk')
    else if (this.#sizeBytes > this.#options.maxBytes) this.abandon('too large')
    else {
      // The handler may use its buffer again.
      this.#waiting.push(Buffer.from(bytes))
      this.#waitingBytes += bytes.length
      this.#isPaused = this.#waitingBytes > PAUSE_BYTES
      this.#expectProgress()
    }
  }

  /** Nothing of it is to be stored; once all has been written, nothing is left to abandon. */
  abandon(why: string): void {
    this.#forgiveDelay()
    this.#end ??= new Error(why)
    this.#waiting.length = 0
    this.#abandoned.resolve(undefined)
    this.#change.resolve()
    this.#goOn()
  }

  /** @returns undefined when it is not stored. @throws what the store did */
  async end(): Promise<LargeBodyName | undefined> {
    this.#end ??= 'ended'
    if (this.#end === 'ended') this.#expectProgress()
    const outcome = await Promise.race([this.#writing.catch(() => undefined), this.#abandoned.promise])
    if (this.#failure !== undefined) throw this.#failure.error
    const isWhole = this.#end === 'ended' && outcome === 'stored'
    return isWhole ? { id: this.#id, sizeBytes: this.#sizeBytes } : undefined
  }

  async *#parts(): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.#end instanceof Error) throw this.#end
      const part = this.#waiting.shift()
      if (part !== undefined) {
        yield part
        this.#waitingBytes -= part.length
        this.#forgiveDelay()
        if (this.#waitingBytes <= PAUSE_BYTES / 2) this.#goOn()
        if (this.#waiting.length > 0 || this.#end === 'ended') this.#expectProgress()
      } else if (this.#end === 'ended') return
      else {
        await this.#change.promise
        this.#change = Promise.withResolvers()
      }
    }
  }

  #goOn(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#options.onDrained()
  }

  #expectProgress(): void {
    this.#change.resolve()
    this.#losePatience ??= this.#options.clock.schedule(PATIENCE_MS, () => this.abandon('the disk does not answer'))
  }

  #forgiveDelay(): void {
    this.#losePatience?.()
    this.#losePatience = undefined
  }
}

function largeBodyKey(id: string): Key {
  return ['http-body', id]
}

/** Undefined when it is not there, or not what was named. */
export async function openLargeBody(
  store: BodyStore | undefined,
  { id, sizeBytes }: LargeBodyName,
  onFault: (error: unknown) => void,
): ReturnType<BodyStore['getStream']> {
  try {
    const body = await store?.getStream(largeBodyKey(id))
    if (body === undefined || body.sizeBytes === sizeBytes) return body
    body.stream.destroy()
  } catch (error) {
    onFault(error)
  }
  return undefined
}

/** Takes it out: the entry that named it does not, or never will. One that cannot be taken out goes with its ttl. */
export async function dropLargeBody(cache: Cache, name: LargeBodyName | undefined): Promise<void> {
  if (name !== undefined) await Promise.allSettled([cache.delete(largeBodyKey(name.id))])
}
