/**
 * Keeps value files on the disk while they are taken. The pin is an instant in the file, which every process honours and which is
 * put off again and again; a process that dies leaves nothing to be undone. It is never taken back, since another backup may count
 * on it: once this one is over it runs out by itself.
 */
import { type CancelTimer, systemClock } from '@stowage/core'
import { holdsPin, PIN_MS } from '../ledger.ts'
import type { BackupSource } from './backup.ts'

/** An event loop that is held up for longer than a pin lasts loses it, and with it the backup. */
const RENEW_MS = 5_000

export class Pin {
  readonly #sources: readonly BackupSource[]
  readonly #fail: (thrown: unknown) => void
  #untilMs: number | undefined
  #cancel: CancelTimer = () => undefined
  #isOver = false

  private constructor(sources: readonly BackupSource[], fail: (thrown: unknown) => void) {
    this.#sources = sources
    this.#fail = fail
  }

  /** Resolves when every file is pinned. @param fail told when the pin has been lost. */
  static async take(sources: readonly BackupSource[], fail: (thrown: unknown) => void): Promise<Pin> {
    const pin = new Pin(sources, fail)
    await pin.#renew()
    pin.#renewLater()
    return pin
  }

  /** It is no longer needed. @throws when it has run out before. */
  release(): void {
    this.stop()
    this.#requireHeld()
  }

  stop(): void {
    this.#isOver = true
    this.#cancel()
  }

  #renewLater(): void {
    this.#cancel = systemClock.schedule(RENEW_MS, () => {
      this.#renew().then(() => {
        if (!this.#isOver) this.#renewLater()
      }, this.#fail)
    })
  }

  async #renew(): Promise<void> {
    const untilMs = systemClock.nowMs() + PIN_MS
    for (const source of this.#sources) await source.pin(untilMs)
    this.#requireHeld()
    this.#untilMs = untilMs
  }

  #requireHeld(): void {
    if (this.#untilMs === undefined || holdsPin(this.#untilMs)) return
    throw new Error(
      'the backup was held up, or the clock was set, by so much that value files may have been deleted under it',
    )
  }
}
