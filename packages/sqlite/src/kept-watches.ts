/** The watches of a path: each tells when the path has come to lead to another file, and goes on at that one. */
import type { ChangeListener, ChangeWatch } from './change-watch.ts'

/** Begins a watch of the file that is open. */
type Begin = (listener: ChangeListener, intervalMs: number) => ChangeWatch

interface Kept {
  readonly listener: ChangeListener
  readonly intervalMs: number
  watch: ChangeWatch
}

export class KeptWatches {
  readonly #kept = new Set<Kept>()

  /** @returns how to stop it. @throws what `begin` throws. */
  add(listener: ChangeListener, intervalMs: number, begin: Begin): () => void {
    const kept = { listener, intervalMs, watch: begin(listener, intervalMs) }
    this.#kept.add(kept)
    return () => {
      kept.watch.stop()
      this.#kept.delete(kept)
    }
  }

  /** The path leads to another file, which nobody has opened yet. */
  lose(): void {
    for (const { watch } of [...this.#kept]) watch.lose()
  }

  /** Another file has been opened. */
  goOn(begin: Begin): void {
    for (const kept of this.#kept) kept.watch = begin(kept.listener, kept.intervalMs)
  }

  end(): void {
    for (const { watch } of this.#kept) watch.stop()
    this.#kept.clear()
  }
}
