/**
 * Whether the server keeps what has no expiry. One that may evict any key (`allkeys-*`) would take jobs and locks away without a
 * word, so that nothing is written to the spaces of such a server; `noeviction` and `volatile-*` leave them alone.
 */
import { ConfigError } from '@stowage/core'
import { kindOf, textOf } from '../reply.ts'
import type { Wire } from '../wire.ts'

/** Settings change while a server runs. */
const LOOK_MS = 60_000

export class EvictionGuard {
  readonly #wire: Wire
  #nextLookAt = 0
  #looking: Promise<void> | undefined

  constructor(wire: Wire) {
    this.#wire = wire
  }

  /** Undefined: it is known to be safe. @throws ConfigError */
  requireKept(): Promise<void> | undefined {
    if (performance.now() < this.#nextLookAt) return undefined
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const policy = await this.#policy()
    if (policy !== undefined && /^allkeys-/.test(policy)) {
      throw new ConfigError(
        `maxmemory-policy: '${policy}' lets the server evict any key, also those of structures; allowed: 'noeviction' or 'volatile-*', or a server without maxmemory`,
      )
    }
    this.#nextLookAt = performance.now() + LOOK_MS
  }

  /** Undefined: it evicts nothing, or does not say. */
  async #policy(): Promise<string | undefined> {
    try {
      const said = textOf(await this.#wire.call(['info', 'memory']))
      const isLimited = Number(/^maxmemory:(\d+)/m.exec(said)?.[1] ?? 0) > 0
      return isLimited ? /^maxmemory_policy:(\S+)/m.exec(said)?.[1] : undefined
    } catch (thrown) {
      // A user without the permission has an administrator who is to see to it (docs/operations.md).
      if (kindOf(thrown) === 'NOPERM') return undefined
      throw thrown
    }
  }
}
