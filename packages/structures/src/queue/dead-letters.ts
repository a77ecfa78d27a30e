/** What was tried too often: to be looked at, given another chance, or thrown away. */
import { CodecError, type CommitResult, messageOf, type SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { ALL_DEAD, LENGTH, placeOf, READY } from './layout.ts'
import { removal } from './leaving.ts'
import { idOf, type Letter, readLetter } from './letter.ts'
import type { QueuePlan } from './options.ts'

const PAGE = 200

export class DeadLetters<T> implements AsyncIterable<Letter<T>> {
  readonly #space: Space
  readonly #plan: QueuePlan

  constructor(space: Space, plan: QueuePlan) {
    this.#space = space
    this.#plan = plan
  }

  count(): Promise<number> {
    return this.#space.count(ALL_DEAD)
  }

  /** In the order of their places. @throws CodecError that names one whose bytes cannot be read: it can be cleared by its id. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Letter<T>> {
    for await (const record of this.#records()) yield this.#read(record)
  }

  /**
   * Makes them ready again, each with all its tries before it, as many as there is room for: the others stay here.
   * @param id that of one; without it all. @returns how many
   */
  retry(id?: string): Promise<number> {
    return this.#each(id, ({ key, value, version }) =>
      this.#space.commit({
        expect: [{ key, version }],
        changes: [
          { do: 'delete', key },
          { do: 'put', key: READY + placeOf(key), value, moveCount: 0 },
          { do: 'add', key: LENGTH, by: 1, max: this.#plan.maxLength },
        ],
        isTold: true,
      }),
    )
  }

  /** Throws them away, with their ids. @param id that of one; without it all. @returns how many */
  clear(id?: string): Promise<number> {
    return this.#each(id, (record) => this.#space.commit({ expect: [record], changes: removal(record) }))
  }

  #read(record: SpaceRecord): Letter<T> {
    const { codec } = this.#plan
    try {
      return readLetter<T>(codec, record)
    } catch (thrown) {
      const why = thrown instanceof CodecError ? thrown.cause : thrown
      const cause = new Error(`the dead letter '${idOf(record)}': ${messageOf(why)}`, { cause: why })
      throw new CodecError({ direction: 'decode', codec: codec.name, cause })
    }
  }

  async #each(id: string | undefined, change: (record: SpaceRecord) => Promise<CommitResult>): Promise<number> {
    let count = 0
    for await (const record of this.#records()) {
      if (id !== undefined && idOf(record) !== id) continue
      const { outcome } = await change(record)
      // Where there is no room for one there is none for the next.
      if (outcome === 'over') break
      if (outcome === 'done') count++
    }
    return count
  }

  async *#records(): AsyncGenerator<SpaceRecord> {
    for (let from = ALL_DEAD.from; ; ) {
      const page = await this.#space.scan({ ...ALL_DEAD, from }, PAGE)
      yield* page
      const last = page.at(-1)
      if (last === undefined || page.length < PAGE) return
      // The next key there can be.
      from = `${last.key} `
    }
  }
}
