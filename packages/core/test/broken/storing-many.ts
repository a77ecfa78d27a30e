/** Backends that store many entries otherwise than each: B33. */
import type { GivenWrite, WriteOutcome } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

class EachAlone extends ReferenceBackend {
  setMany(writes: readonly GivenWrite[], nowMs: number): WriteOutcome[] {
    return writes.map(({ key, entry }) => this.set(key, entry, nowMs, undefined))
  }
}

class ForgetsTheOrder extends EachAlone {
  override setMany(writes: readonly GivenWrite[], nowMs: number): WriteOutcome[] {
    return super.setMany(writes.toReversed(), nowMs).toReversed()
  }
}

class RemovesFirst extends EachAlone {
  override setMany(writes: readonly GivenWrite[], nowMs: number): WriteOutcome[] {
    const outcomes = super.setMany(writes, nowMs)
    writes.forEach(({ key, entry }, at) => {
      if (outcomes[at] === 'stored') this.set(key, entry, nowMs, undefined)
    })
    return outcomes
  }
}

class StoresWhatIsOver extends EachAlone {
  override setMany(writes: readonly GivenWrite[], nowMs: number): WriteOutcome[] {
    return super.setMany(writes, nowMs - 1)
  }
}

class ForgetsTheTags extends EachAlone {
  override setMany(writes: readonly GivenWrite[], nowMs: number): WriteOutcome[] {
    const untagged = writes.map(({ key, entry }) => ({ key, entry: { ...entry, facts: { ...entry.facts, tags: [] } } }))
    return super.setMany(untagged, nowMs)
  }
}

export const brokenStoringMany = [
  broken('B33', ForgetsTheOrder),
  broken('B33', RemovesFirst),
  broken('B33', StoresWhatIsOver),
  broken('B33', ForgetsTheTags),
]
