/** What was tried too often: to be looked at, given another chance, or thrown away. */
import type { SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { ALL_DEAD, LENGTH, placeOf, READY } from './layout.ts'
import { type Letter, letterIfReadable, readLetter } from './letter.ts'
import type { QueuePlan } from './options.ts'
import { removal } from './pushing.ts'

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

  /** In the order of their places. @throws CodecError for one whose bytes cannot be read: it can be cleared. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Letter<T>> {
    for await (const record of this.#records()) yield readLetter<T>(this.#plan.codec, record)
  }

  /** Makes them ready again, each with all its tries before it. @param id that of one; without it all. @returns how many */
  retry(id?: string): Promise<number> {
    return this.#each(id, async (record) => {
      const { key, value, version } = record
      const result = await this.#space.commit({
        expect: [{ key, version }],
        changes: [
          { do: 'delete', key },
          { do: 'put', key: READY + placeOf(key), value, moveCount: 0 },
          { do: 'add', key: LENGTH, by: 1, max: undefined },
        ],
        isTold: true,
      })
      return result.outcome === 'done'
    })
  }

  /** Throws them away, with their ids. @param id that of one; without it all. @returns how many */
  clear(id?: string): Promise<number> {
    return this.#each(id, async (record) => {
      const result = await this.#space.commit({ expect: [record], changes: removal(record) })
      return result.outcome === 'done'
    })
  }

  async #each(id: string | undefined, change: (record: SpaceRecord) => Promise<boolean>): Promise<number> {
    let count = 0
    for await (const record of this.#records()) {
      if (id !== undefined && letterIfReadable<T>(this.#plan.codec, record)?.id !== id) continue
      if (await change(record)) count++
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
