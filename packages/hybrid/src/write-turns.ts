/**
 * Who may write a key beside whom, in this process. Writes that end in the far tier may overlap: it decides between them. One for near
 * tiers only deletes there and writes here, and another beside it does the reverse: each could take out what the other has put, and
 * neither would be left. So it has the key to itself.
 */

interface Turns {
  /** The end of the last write that has the key to itself; undefined: there is none under way. */
  alone: Promise<unknown> | undefined
  /** Those that may overlap and came after it. */
  readonly overlapping: Set<Promise<unknown>>
}

export class WriteTurns {
  readonly #byKey = new Map<string, Turns>()

  /** At once, where nobody has the key to itself. */
  overlapping<T>(key: string, write: () => Promise<T>): Promise<T> {
    const turns = this.#turnsOf(key)
    const written = turns.alone === undefined ? write() : turns.alone.then(write)
    const ended = written.then(noteEnd, noteEnd)
    turns.overlapping.add(ended)
    void ended.then(() => {
      turns.overlapping.delete(ended)
      this.#tidy(key, turns)
    })
    return written
  }

  /** After all that were there before, and before all that come. */
  alone<T>(key: string, write: () => Promise<T>): Promise<T> {
    const turns = this.#turnsOf(key)
    const written = Promise.all([turns.alone, ...turns.overlapping]).then(write)
    const ended = written.then(noteEnd, noteEnd)
    turns.alone = ended
    void ended.then(() => {
      if (turns.alone === ended) turns.alone = undefined
      this.#tidy(key, turns)
    })
    return written
  }

  #turnsOf(key: string): Turns {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const turns: Turns = { alone: undefined, overlapping: new Set() }
    this.#byKey.set(key, turns)
    return turns
  }

  #tidy(key: string, { alone, overlapping }: Turns): void {
    if (alone === undefined && overlapping.size === 0) this.#byKey.delete(key)
  }
}

/** Well or not: whoever asked for it is told. */
function noteEnd(): void {}
