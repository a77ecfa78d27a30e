/**
 * What a workload writes and asks for on one store, and what has to be there: every write gives a key another value
 * than it has, and which one it was is remembered. Neither writes nor reads follow the order of the rows.
 */
import { keysOf } from './draws.ts'
import { isSame, sampleValue, type ValueSize } from './values.ts'

/** Prime, so that every key comes once before any comes again. */
const STRIDE = 7_919
/** Made beforehand, as many as memory bears. */
const VALUE_COUNTS = { '200 B': 4_096, '2 KB': 4_096, '64 KB': 64, '1 MB': 16 } as const

export class Stock {
  readonly keys: readonly string[]
  readonly #values: readonly object[]
  /** By key: which value it has. */
  readonly #held: Int32Array
  #writeCount = 0
  #readCount = 0

  constructor(keyCount: number, size: ValueSize) {
    this.keys = keysOf(keyCount)
    this.#values = Array.from({ length: VALUE_COUNTS[size] }, (_, number) => sampleValue(number, size))
    this.#held = Int32Array.from({ length: keyCount }, (_, at) => at % this.#values.length)
  }

  /** One for each key, in order. */
  first(): (readonly [key: string, value: object])[] {
    return this.keys.map((_, at) => this.#entry(at))
  }

  next(): readonly [key: string, value: object] {
    return this.#entry((this.#writeCount++ * STRIDE) % this.keys.length)
  }

  nextKey(): string {
    return this.keys[(this.#readCount++ * STRIDE) % this.keys.length] ?? ''
  }

  /** @returns keys among which are those that were written last */
  recentKeys(count: number): string[] {
    const first = Math.max(0, this.#writeCount - count)
    return Array.from({ length: count }, (_, number) => this.keys[((first + number) * STRIDE) % this.keys.length] ?? '')
  }

  isRight(key: string, found: unknown): boolean {
    const value = this.#values[this.#held[this.keys.indexOf(key)] ?? -1]
    return value !== undefined && isSame(found, value)
  }

  #entry(at: number): readonly [string, object] {
    const number = ((this.#held[at] ?? 0) + 1) % this.#values.length
    this.#held[at] = number
    return [this.keys[at] ?? '', this.#values[number] ?? {}]
  }
}
