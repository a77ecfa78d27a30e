/**
 * How many of Node's file calls are made before the event loop turns. Counted, not timed: what a busy machine does to the clock is no
 * fault of ours (large-cache.ts has times).
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { onTestFinished } from 'vitest'

const CALLS = ['closeSync', 'lstatSync', 'openSync', 'readdirSync', 'readSync', 'renameSync', 'unlinkSync'] as const

export class TurnWitness {
  #callCount = 0
  #turnCalls = 0
  #mostInATurn = 0
  #isOver = false
  readonly #restore: () => void

  constructor() {
    const originals = CALLS.map((name) => [name, fs[name]] as const)
    for (const [name, original] of originals) {
      Reflect.set(fs, name, (...args: unknown[]): unknown => {
        this.#callCount++
        this.#turnCalls++
        const answer: unknown = Reflect.apply(original, fs, args)
        return answer
      })
    }
    syncBuiltinESMExports()
    this.#restore = () => {
      for (const [name, original] of originals) Reflect.set(fs, name, original)
      syncBuiltinESMExports()
    }
    onTestFinished(() => {
      this.end()
    })
    setImmediate(this.#turn)
  }

  end(): { readonly callCount: number; readonly mostInATurn: number } {
    this.#turn()
    if (!this.#isOver) this.#restore()
    this.#isOver = true
    return { callCount: this.#callCount, mostInATurn: this.#mostInATurn }
  }

  readonly #turn = (): void => {
    this.#mostInATurn = Math.max(this.#mostInATurn, this.#turnCalls)
    this.#turnCalls = 0
    if (!this.#isOver) setImmediate(this.#turn)
  }
}
