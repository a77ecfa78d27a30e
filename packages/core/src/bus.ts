/**
 * How those who hold copies of the same entries hear of each other's changes. A message names keys, or says what an
 * invalidation covers, and never carries a value; whoever hears it forgets copies and nothing else. That is why messages
 * may come late, twice, in any order or to their own publisher, and why a bus needs no version of its own: what is
 * asked for next is asked where the truth is.
 *
 * A bus may lose messages, as long as it says so (`onGap`). One that is published and lost without a word is why copies
 * have a longest stay all the same.
 */
import type { InvalidationTarget } from './backend.ts'
import type { MaybePromise } from './vocabulary.ts'

/** What others have to forget: entries by their storage keys, written or deleted, or what an invalidation covers. */
export type BusChange = { readonly keys: readonly string[] } | InvalidationTarget

export interface BusMessage {
  /** Who publishes: a random text of each holder of copies, by which it passes over its own. Empty: not known. */
  readonly origin: string
  /**
   * By the far tier itself: its leases know of the change already, and a key may be named that has only been leased. Left out: by a
   * holder of copies, of whose change the far tier may not know yet.
   */
  readonly toldBy?: 'far tier'
  readonly change: BusChange
}

/**
 * `open`: from now on messages may be missed. `over`: some may have been missed until now, and they arrive again. A loss
 * noticed afterwards (a number left out) is told as `over` alone.
 */
export type BusGap = 'open' | 'over'

/** Must not throw. */
export type BusListener = (message: BusMessage) => void

/** Must not throw. */
export type GapListener = (gap: BusGap) => void

export interface Bus {
  /**
   * Answers when the message is on its way, not when it has arrived. Throws or rejects when it is not: the caller then
   * publishes it again later, so that a message may be sent twice, and never none.
   */
  publish(message: BusMessage): MaybePromise<void>
  /** Tells of others' messages, and perhaps of one's own. What is no message is not told. @returns how to stop */
  subscribe(listener: BusListener): () => void
  /** Where there is a gap already (a bus that is not connected yet), `open` is told at once. @returns how to stop */
  onGap(listener: GapListener): () => void
  /** Lets go of everything; nothing is told afterwards, and `publish` fails. Idempotent. */
  close(): MaybePromise<void>
}
