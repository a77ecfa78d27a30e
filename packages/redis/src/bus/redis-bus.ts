/**
 * A bus by pub/sub. Redis loses messages without a word: whoever is not connected when they are sent never hears them. So a break of
 * the connection is told as a gap, and every post has a number by which one that was left out is noticed: at the next, or by a
 * beat that follows soon. In a Cluster any server passes on to all.
 *
 * What is published in one tick is one post: a hundred writes at once cost one command, not a hundred.
 */
import {
  type Bus,
  type BusGap,
  type BusListener,
  type BusMessage,
  type CancelTimer,
  type GapListener,
  randomText,
  systemClock,
} from '@stowage/core'
import { mastersOf } from '../client.ts'
import { Listening, LOOK_MS } from '../listening.ts'
import type { RedisPlan } from '../options.ts'
import type { Wire } from '../wire.ts'
import { formatPost, isOtherForm, parsePost } from './bus-text.ts'
import { Roll } from './roll.ts'

/** A publisher that has nothing to say says so: so that what was lost last is noticed, and who began before is known. */
const BEAT_MS = 10_000
/** Messages of one post. */
const MAX_TOGETHER = 512

interface Outgoing {
  readonly message: BusMessage
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

export class RedisBus implements Bus {
  readonly #wire: Wire
  readonly #disconnect: () => void
  readonly #channel: string
  readonly #publisher = randomText(9, 'base64url')
  readonly #listeners = new Set<BusListener>()
  readonly #gapListeners = new Set<GapListener>()
  readonly #roll = new Roll(BEAT_MS)
  readonly #listening: Listening
  #outgoing: Outgoing[] = []
  /** Of the last post. */
  #number = 0
  #beat = { number: -1, tickMs: 0 }
  #cancelBeat: CancelTimer = () => undefined
  #isClosed = false

  constructor(wire: Wire, { prefix }: RedisPlan, disconnect: () => void) {
    this.#wire = wire
    this.#disconnect = disconnect
    this.#channel = `${prefix}bus`
    this.#listening = new Listening({
      server: () => {
        const masters = mastersOf(wire.client)
        return masters.find(({ status }) => status === 'ready') ?? masters[0]
      },
      event: 'message',
      channel: this.#channel,
      finish: async () => undefined,
      isWhole: async () => true,
      heard: (text) => this.#hear(String(text)),
      gap: (gap) => this.#met(gap),
    })
    this.#beatLater()
  }

  publish(message: BusMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#wire.requireOpen()
      this.#outgoing.push({ message, resolve, reject })
      if (this.#outgoing.length === 1) queueMicrotask(() => this.#flush())
    })
  }

  subscribe(listener: BusListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onGap(listener: GapListener): () => void {
    this.#gapListeners.add(listener)
    if (!this.#listening.isOpen) listener('open')
    return () => this.#gapListeners.delete(listener)
  }

  /** What is on its way is sent. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelBeat()
    this.#listeners.clear()
    this.#gapListeners.clear()
    this.#listening.stop()
    this.#flush()
    await this.#wire.close()
    this.#disconnect()
  }

  #flush(): void {
    const outgoing = this.#outgoing
    this.#outgoing = []
    for (let at = 0; at < outgoing.length; at += MAX_TOGETHER) this.#send(outgoing.slice(at, at + MAX_TOGETHER))
  }

  /** One that fails leaves its number out, since nobody can say whether it has been heard. */
  #send(outgoing: readonly Outgoing[]): void {
    const messages = outgoing.map(({ message }) => message)
    this.#wire.call(['publish', this.#channel, formatPost(this.#publisher, ++this.#number, messages)]).then(
      () => {
        for (const { resolve } of outgoing) resolve()
      },
      (thrown: unknown) => {
        for (const { reject } of outgoing) reject(thrown)
      },
    )
  }

  #beatLater(): void {
    this.#cancelBeat = systemClock.schedule(LOOK_MS, () => {
      const tickMs = performance.now()
      if (this.#beat.number !== this.#number || tickMs - this.#beat.tickMs >= BEAT_MS) {
        this.#beat = { number: this.#number, tickMs }
        // One that fails is followed by another: the trouble is told of by what is published.
        this.#wire.call(['publish', this.#channel, formatPost(this.#publisher, this.#number, [])]).catch(() => {
          this.#beat.number = -1
        })
      }
      if (this.#listening.isOpen && this.#roll.mayHaveMissed(tickMs)) this.#tellGap('over')
      this.#beatLater()
    })
  }

  #hear(text: string): void {
    const post = parsePost(text)
    // Whatever a later version tells of: those who still have this one are not to serve what is over.
    if (isOtherForm(text)) this.#tellGap('over')
    if (post === undefined) return
    const { publisher, number, messages } = post
    // One's own that is lost nobody need be told.
    const isOther = publisher !== this.#publisher
    const hasMissed = isOther && this.#roll.misses(publisher, number, messages.length === 0, performance.now())
    // What cannot be read is as good as lost.
    if (hasMissed || (isOther && messages.includes(undefined))) this.#tellGap('over')
    for (const message of messages) {
      if (message !== undefined) for (const listener of this.#listeners) listener(message)
    }
  }

  #met(gap: BusGap): void {
    if (gap === 'over') this.#roll.begin(performance.now())
    this.#tellGap(gap)
  }

  #tellGap(gap: BusGap): void {
    for (const listener of [...this.#gapListeners]) listener(gap)
  }
}
