/**
 * The highest fencing token that has written to a space. Who comes with a lower one held a lock that others have got since: a
 * process that was stopped, or cut off, and does not know it yet.
 */
import { describe, numberIn, type SpaceChange, type SpaceCommit, type SpaceRecord, UsageError } from '@stowage/core'
import type { Space } from '../space.ts'

const RECORD = 'f'

/** What goes into the same commit, so that no higher token comes in between. */
interface Guard {
  readonly expect: SpaceCommit['expect']
  readonly changes: readonly SpaceChange[]
}

/** Undefined: it is not what was written. */
export function fenceIn(record: SpaceRecord): number | undefined {
  const fence = numberIn(record)
  return fence !== undefined && Number.isSafeInteger(fence) && fence > 0 ? fence : undefined
}

function requireFence(record: SpaceRecord): number {
  const fence = fenceIn(record)
  if (fence === undefined) throw new Error('the highest fencing token cannot be read')
  return fence
}

export class Fence {
  readonly #space: Space

  constructor(space: Space) {
    this.#space = space
  }

  /** @param fence undefined: on no condition. @returns false when it is an old one */
  async write(changes: readonly SpaceChange[], fence: number | undefined): Promise<boolean> {
    if (fence === undefined) {
      await this.#space.apply(...changes)
      return true
    }
    for (;;) {
      const guard = await this.guard(fence)
      if (guard === undefined) return false
      const result = await this.#space.commit({ expect: guard.expect, changes: [...changes, ...guard.changes] })
      if (result.outcome === 'done') return true
    }
  }

  async highest(): Promise<number | undefined> {
    const record = await this.#space.get(RECORD)
    return record === undefined ? undefined : this.#space.read(record, requireFence)
  }

  /** Undefined: the token is an old one. @throws UsageError */
  async guard(fence: number | undefined): Promise<Guard | undefined> {
    if (fence === undefined) return { expect: [], changes: [] }
    if (!Number.isSafeInteger(fence) || fence < 1) {
      throw new UsageError(`fence: ${describe(fence)} is no fencing token; allowed: that of a permit`)
    }
    const record = await this.#space.get(RECORD)
    // Not as if there were none: whoever held the lock once could write.
    const highest = record === undefined ? 0 : this.#space.read(record, requireFence)
    if (fence < highest) return undefined
    return {
      expect: [{ key: RECORD, version: record?.version ?? 0 }],
      changes: fence === highest ? [] : [{ do: 'put', key: RECORD, value: String(fence), moveCount: 0 }],
    }
  }
}
