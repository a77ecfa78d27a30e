/** Backends that confirm what is no longer so, or deny what is: B31. */
import type { StoredEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

type Seen = Pick<StoredEntry, 'identity' | 'facts'>

class ConfirmsWhateverIsThere extends ReferenceBackend {
  override isStill(key: string, _seen: Seen, nowMs: number) {
    return typeof super.get(key, nowMs) !== 'string'
  }
}

class ConfirmsAnotherLife extends ReferenceBackend {
  override isStill(key: string, seen: Seen, nowMs: number) {
    const held = super.get(key, nowMs)
    return typeof held !== 'string' && held.facts.expireAtMs === seen.facts.expireAtMs
  }
}

/** A life or an invalidation is not looked at. */
class ConfirmsWhatIsOver extends ReferenceBackend {
  override isStill(key: string, seen: Seen, nowMs: number) {
    return super.isStill(key, seen, Math.min(nowMs, seen.facts.expireAtMs - 1))
  }
}

class DeniesEverything extends ReferenceBackend {
  override isStill() {
    return false
  }
}

export const brokenConfirming = [
  broken('B31', ConfirmsWhateverIsThere),
  broken('B31', ConfirmsAnotherLife),
  broken('B31', ConfirmsWhatIsOver),
  broken('B31', DeniesEverything),
]
