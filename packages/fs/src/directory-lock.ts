/**
 * The one lock of a folder: a hard link to its holder's own file, so that taking it and saying who has it are one step, and
 * cost two system calls. It is held within one synchronous section only, for fractions of a millisecond, and never over an `await`.
 *
 * So who finds it taken for long is behind a process that died in a section, or was stopped in one. A dead one's lock is
 * broken. Two may find that out at once, and the later must not break the lock of the earlier: whoever breaks holds a
 * lock on that very holding first (`lock.<holder id>`), which is taken and broken by the same rules, and looks again under it. Ids are
 * never used twice, so a holding once over never comes back.
 *
 * A holder whose process lives, or cannot be told (another container), is believed for STUCK_MS of watching: a thread that was
 * ended in a section must not lock the cache up for ever. A process stopped for longer than that within a section, which takes
 * microseconds, may finish its step late when it goes on; it is the price of never waiting for ever.
 */
import { linkSync, unlinkSync } from 'node:fs'
import { clearForFile } from './bookkeeping-file.ts'
import { codeOf } from './file-error.ts'
import { holdingMark, lifeOf, readHolder } from './holder.ts'

const SPIN_COUNT = 2
const STUCK_MS = 30_000
/** Between two looks at who has it: each costs several system calls, of which the holder may be in want. */
const LOOK_MS = 10
/** Breakers of breakers: each level is a process that died while it broke a lock. */
const MAX_DEPTH = 8
/** After a section of such a length it is worth asking whose the lock is. */
const DOUBTFUL_MS = 1_000

interface Sight {
  readonly mark: string
  readonly sinceMs: number
}

export class DirectoryLock {
  readonly #path: string
  readonly #holders: string
  readonly #own: string
  readonly #ownId: string
  readonly #onBroken: () => void
  #sight: Sight | undefined
  #takenAtMs = 0
  #lookedAtMs = Number.NEGATIVE_INFINITY

  /** @param onBroken called when a lock was broken: its holder may have left a step half done. */
  constructor(place: { readonly lock: string; readonly holders: string }, ownId: string, onBroken: () => void) {
    this.#path = place.lock
    this.#holders = place.holders
    this.#own = `${place.holders}/${ownId}`
    this.#ownId = ownId
    this.#onBroken = onBroken
  }

  /** @returns false when somebody else has it. @throws what the filesystem throws: ENOENT when the folder has gone. */
  tryTake(): boolean {
    for (let spins = 0; spins < SPIN_COUNT; spins++) {
      if (this.#link(this.#path)) return this.#taken()
    }
    const nowMs = performance.now()
    if (nowMs - this.#lookedAtMs < LOOK_MS) return false
    this.#lookedAtMs = nowMs
    if (!this.#broken(this.#path, 0)) return false
    this.#onBroken()
    return this.#link(this.#path) && this.#taken()
  }

  release(): void {
    const isSure = performance.now() - this.#takenAtMs < DOUBTFUL_MS
    if (isSure || readHolder(this.#path)?.id === this.#ownId) unlinkIfThere(this.#path)
  }

  #taken(): true {
    this.#takenAtMs = performance.now()
    return true
  }

  #link(path: string): boolean {
    try {
      linkSync(this.#own, path)
      return true
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown
      return false
    }
  }

  /** Removes a lock whose holder is no more. @returns whether it did. */
  #broken(path: string, depth: number): boolean {
    const mark = holdingMark(path)
    if (mark === undefined || depth > MAX_DEPTH) return false
    const holder = readHolder(path)
    // Who holds it had written down who it is before: without that it is what a power cut left, or no file at all.
    const life = holder === undefined ? 'dead' : lifeOf(holder)
    if (life !== 'dead' && !this.#isStuck(mark)) return false
    const breaking = `${path}.${holder?.id ?? mark.replace(' ', '-')}`
    if (!this.#link(breaking) && !(this.#broken(breaking, depth + 1) && this.#link(breaking))) return false
    try {
      if (holdingMark(path) !== mark) return false
      clearForFile(path)
      unlinkIfThere(path)
      if (holder !== undefined && life === 'dead') unlinkIfThere(`${this.#holders}/${holder.id}`)
      return true
    } finally {
      unlinkSync(breaking)
    }
  }

  /** Time this process has watched one and the same holding; a machine that slept does not count. */
  #isStuck(mark: string): boolean {
    const nowMs = performance.now()
    if (this.#sight?.mark !== mark) this.#sight = { mark, sinceMs: nowMs }
    return nowMs - this.#sight.sinceMs >= STUCK_MS
  }
}

/** The folder may be deleted at any moment. */
function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path)
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown
  }
}
