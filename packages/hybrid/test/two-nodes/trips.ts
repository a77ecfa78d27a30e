/** Everything that takes time in a run is a trip; of those under way chance says which ends next. */
import type { Backend } from '@stowage/core'
import type { Random } from '@stowage/core/testing'

const OPERATIONS = new Set(['get', 'set', 'delete', 'touch', 'isStill', 'invalidate', 'lease', 'renew', 'release'])

/** Longer than any chain of promises between two trips. */
const STEPS_BETWEEN = 40

export class Trips {
  readonly #random: Random
  readonly #underWay: (() => void)[] = []
  /** From then on trips take no time. */
  isOver = false

  constructor(random: Random) {
    this.#random = random
  }

  async trip(): Promise<void> {
    if (!this.isOver) await new Promise<void>((end) => this.#underWay.push(end))
  }

  /** Ends one after another until there are none. */
  async run(): Promise<void> {
    for (;;) {
      if (this.#underWay.length === 0) await new Promise(setImmediate)
      const [ended] = this.#underWay.splice(this.#random.below(Math.max(1, this.#underWay.length)), 1)
      if (ended === undefined) return
      ended()
      // What goes on from there begins its next trips; a turn of the loop for each would be most of the test's time.
      for (let steps = 0; steps < STEPS_BETWEEN; steps++) await Promise.resolve()
    }
  }

  /** A backend beyond the wire: what arrives is done at once. */
  remote(backend: Backend): Backend {
    return new Proxy(backend, {
      get: (target, name, receiver) => {
        const member: unknown = Reflect.get(target, name, target)
        if (name === 'truth') return receiver as unknown
        if (typeof member !== 'function') return member
        if (typeof name !== 'string' || !OPERATIONS.has(name)) return member.bind(target) as unknown
        return async (...given: unknown[]) => {
          await this.trip()
          const answer: unknown = await Reflect.apply(member, target, given)
          await this.trip()
          return answer
        }
      },
    })
  }
}
