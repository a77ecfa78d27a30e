/**
 * The file of a path, and the backend on it, also when the file at the path is damaged, deleted or replaced under it: by somebody who clears the cache,
 * or by a process that found it damaged and set it aside (set-aside.ts), as this one does. The descriptor would go on leading to the old file, with values
 * that nobody can invalidate any more, while other processes use the new one.
 *
 * So every LOOK_MS it looks whether the path still leads to the file that is open. Where it does not, the next operation opens what
 * is there now, or begins anew; until somebody asks, nothing is created. What was under way on the old file fails, and what was
 * written to it since it was moved is lost with it.
 *
 * A file whose log has been deleted or replaced by its name (kept-file.ts) is damaged, whatever is in it: processes that use the one log
 * would not see what those with the other do.
 *
 * Closing the old file leaves alone what lies at the path: SQLite sees that it has been moved, and does not remove the log by name.
 */
import { type Backend, type CancelTimer, type MaybePromise, type RemovalListener, systemClock } from '@stowage/core'
import type { ChangeListener, ChangeWatch } from './change-watch.ts'
import { DamagedFileError } from './damage.ts'
import type { KeptFile } from './kept-file.ts'
import { KeptWatches } from './kept-watches.ts'
import type { Opening } from './open-store.ts'
import type { SqlitePlan } from './options.ts'
import { setAside, warnThatItStays } from './set-aside.ts'

const LOOK_MS = 1_000
/** An operation waits for this, holding up the event loop; where the new file is busy it fails, and a later one tries again. */
const REOPEN_PATIENCE_MS = 8

/** A backend on one file, for as long as the path leads to it. */
export interface FileBackend extends Backend {
  readonly kept: KeptFile
  /** Closes it behind; what is under way fails. */
  retire(): void
  /** Until then, no process deletes value files of it. */
  pin(untilMs: number): MaybePromise<void>
  /** Until it is stopped. */
  watchChanges(listener: ChangeListener, intervalMs: number): ChangeWatch
}

export type OpenFile = (opening: Opening) => FileBackend

export class FileInUse {
  readonly #path: string
  readonly #begins: SqlitePlan['begin']
  readonly #open: OpenFile
  readonly #onRemoval: RemovalListener
  readonly #watches = new KeptWatches()
  #backend: FileBackend
  #isMoved = false
  #isClosed = false
  #hasWarned = false
  #cancelLook: CancelTimer | undefined

  /** @throws what `open` throws. */
  constructor({ path, begin }: SqlitePlan, open: OpenFile, onRemoval: RemovalListener) {
    this.#path = path
    this.#begins = begin
    this.#open = open
    this.#onRemoval = onRemoval
    this.#backend = this.#begin(undefined)
  }

  /** The backend on the file that is open, wherever the path may lead. */
  get backend(): FileBackend {
    return this.#backend
  }

  /** @returns how to stop it. @throws what opening the file throws, and beginning the watch */
  watch(listener: ChangeListener, intervalMs: number): () => void {
    const backend = this.current()
    return this.#watches.add(listener, intervalMs, (...wish) => backend.watchChanges(...wish))
  }

  /** Looks no more; what is closed is the caller's to say. */
  end(): void {
    this.#isClosed = true
    this.#cancelLook?.()
    this.#watches.end()
  }

  /**
   * A deletion must hold in the file that others use: where the one it was done in is no longer at the path, it is done again.
   * What comes to the new file after that look was derived after the deletion was asked for.
   */
  whereItHolds<T>(run: (backend: FileBackend) => MaybePromise<T>): MaybePromise<T> {
    const answer = run(this.current())
    return answer instanceof Promise ? answer.then((first) => this.#again(first, run)) : this.#again(answer, run)
  }

  #again<T>(first: T, run: (backend: FileBackend) => MaybePromise<T>): MaybePromise<T> {
    // Who closes it last takes the log away, which is no loss.
    if (this.#isClosed) return first
    this.#look()
    if (!this.#isMoved) return first
    const again = run(this.current())
    return again instanceof Promise ? again.then(() => first) : first
  }

  /** The backend on the file that is at the path now. @throws what opening it throws */
  current(): FileBackend {
    if (this.#isMoved && !this.#isClosed) this.#reopen()
    return this.#backend
  }

  #reopen(): void {
    const old = this.#backend
    this.#backend = this.#begin(REOPEN_PATIENCE_MS)
    this.#isMoved = false
    this.#watches.goOn((...wish) => this.#backend.watchChanges(...wish))
    old.retire()
    process.emitWarning(`cache file '${this.#path}' was deleted or replaced while in use; what is there now is used`, {
      type: 'StowageWarning',
      code: 'STOWAGE_SQLITE_REPLACED',
    })
  }

  #begin(patienceMs: number | undefined): FileBackend {
    const backend = this.#open({ patienceMs, onDamage: (thrown) => this.#damaged(backend, thrown) })
    backend.onRemoval(this.#onRemoval)
    this.#lookLater()
    return backend
  }

  /** Sets the file aside, unless that is not wanted, or another process or this one has done so already. */
  #damaged(backend: FileBackend, thrown: unknown): void {
    if (backend !== this.#backend || this.#isMoved) return
    this.#setAside(thrown)
    this.#look()
  }

  #setAside(thrown: unknown): void {
    if (this.#begins === 'refuse') return
    try {
      setAside(this.#path, this.#backend.kept.identity, thrown)
    } catch (failed) {
      // Whoever met the damage is told of that; of this the process is, once.
      if (!this.#hasWarned) warnThatItStays(this.#path, thrown, failed)
      this.#hasWarned = true
    }
  }

  #look(): void {
    if (this.#isMoved) return
    const { kept } = this.#backend
    if (kept.hasLostItsLog) this.#setAside(new DamagedFileError('its log was deleted or replaced while in use'))
    if (!kept.hasMoved) return
    this.#isMoved = true
    this.#watches.lose()
  }

  #lookLater(): void {
    this.#cancelLook?.()
    this.#cancelLook = systemClock.schedule(LOOK_MS, () => {
      this.#look()
      if (!this.#isMoved) this.#lookLater()
    })
  }
}
