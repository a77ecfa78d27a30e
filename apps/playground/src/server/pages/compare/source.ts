/**
 * The source of a run: what it says of a key now, and whether an answer is what it said.
 *
 * A change counts the key's version up. Once its invalidation has been acknowledged, an answer of an older version is a
 * wrong one: a reader remembers the version acknowledged when it began to ask.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Workload } from './messages.ts'
import type { RecordedAnswer } from './recording.ts'
import { randomFrom } from './trace.ts'

/** Keys per recorded answer: the same rows as different users have asked for them. */
const VARIANT_COUNT = 25
/** Every answer's key, version and sizes are looked at; of one in so many, every value. */
const CALLS_PER_FULL_LOOK = 16
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'

export interface Answer {
  readonly key: string
  readonly version: number
  readonly rows: readonly unknown[]
  readonly note: string
}

/** What a call was answered with, and the versions that are right for it: acknowledged when it began, and known when it ended. */
export interface Given {
  readonly answer: Answer
  readonly number: number
  readonly oldest: number
  readonly newest: number
}

export class Source {
  readonly keyCount: number
  queryCount = 0
  readonly #recording: readonly RecordedAnswer[]
  readonly #workload: Workload
  readonly #filler: string
  readonly #versions: Uint32Array
  readonly #acknowledged: Uint32Array
  #looked = 0

  constructor(recording: readonly RecordedAnswer[], workload: Workload) {
    this.#recording = recording
    this.#workload = workload
    this.keyCount = recording.length * VARIANT_COUNT
    this.#versions = new Uint32Array(this.keyCount)
    this.#acknowledged = new Uint32Array(this.keyCount)
    const random = randomFrom(workload.seed)
    this.#filler = Array.from({ length: 100_000 }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join('')
  }

  keyOf(number: number): string {
    return `${this.#recorded(number).name} #${Math.floor(number / this.#recording.length)}`
  }

  /** Counts as a source query. */
  async load(number: number): Promise<Answer> {
    this.queryCount++
    // Read when the query begins: what changes meanwhile is not in its answer.
    const answer = this.#answer(number, this.newest(number))
    if (this.#workload.sourceMs > 0) await pause(this.#workload.sourceMs)
    return answer
  }

  /** @returns what to call when its invalidation is acknowledged. */
  change(number: number): () => void {
    const version = this.newest(number) + 1
    this.#versions[number] = version
    return () => {
      this.#acknowledged[number] = Math.max(this.#acknowledged[number] ?? 0, version)
    }
  }

  /** The oldest version a call that begins now may be answered with. */
  oldest(number: number): number {
    return this.#acknowledged[number] ?? 0
  }

  /** The newest version there is. */
  newest(number: number): number {
    return this.#versions[number] ?? 0
  }

  isRight({ answer: found, number, oldest, newest }: Given): boolean {
    const { version } = found
    if (version < oldest || version > newest) return false
    const wanted = this.#answer(number, version)
    this.#looked++
    if (this.#looked % CALLS_PER_FULL_LOOK === 0) return isDeepStrictEqual(found, wanted)
    return (
      found.key === wanted.key && found.rows.length === wanted.rows.length && found.note.length === wanted.note.length
    )
  }

  #recorded(number: number): RecordedAnswer {
    return this.#recording[number % this.#recording.length] ?? { name: '', rows: [] }
  }

  #answer(number: number, version: number): Answer {
    const note = this.#filler.slice(0, this.#fillerBytes(number))
    return { key: this.keyOf(number), version, rows: this.#recorded(number).rows, note }
  }

  #fillerBytes(number: number): number {
    if (this.#workload.sizes === 'recorded') return 0
    if (this.#workload.sizes === 'large' || number % 20 === 0) return 100_000
    return number % 4 === 1 ? 10_000 : 0
  }
}
