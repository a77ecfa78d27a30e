/** Backends that answer for many keys otherwise than for each: B32. */
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

class ForgetsTheOrder extends ReferenceBackend {
  getMany(keys: readonly string[], nowMs: number) {
    return keys.toSorted().map((key) => super.get(key, nowMs))
  }
}

class LeavesOutWhatIsMissing extends ReferenceBackend {
  getMany(keys: readonly string[], nowMs: number) {
    return keys.map((key) => super.get(key, nowMs)).filter((answer) => typeof answer !== 'string')
  }
}

class ServesWhatIsOver extends ReferenceBackend {
  getMany(keys: readonly string[], nowMs: number) {
    return keys.map((key) => super.get(key, nowMs - 1_000))
  }
}

export const brokenGathering = [
  broken('B32', ForgetsTheOrder),
  broken('B32', LeavesOutWhatIsMissing),
  broken('B32', ServesWhatIsOver),
]
