/** Backends that answer too soon, too long, or for themselves only: B22 to B25, B29, B30. */
import { type Backend, isPlainFacts, type NewEntry, type StoredEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { broken } from './row.ts'

/** Answers the fast path without looking at guards. */
class FastPathIgnoresGuards extends ReferenceBackend {
  override getSync(key: string, nowMs: number): unknown {
    const found = this.get(key, nowMs)
    return typeof found !== 'string' && found.payload.holds === 'value' ? found.payload.value : undefined
  }
}

/** Compares the clock with the end of freshness and nothing else. */
class FastPathTrustsTheFuture extends ReferenceBackend {
  override getSync(key: string, nowMs: number): unknown {
    const found = this.get(key, nowMs)
    if (typeof found === 'string' || !isPlainFacts(found.facts) || nowMs >= found.facts.staleAtMs) return undefined
    return found.payload.holds === 'value' ? found.payload.value : undefined
  }
}

class FastPathServesSliding extends ReferenceBackend {
  override getSync(key: string, nowMs: number): unknown {
    const found = this.get(key, nowMs)
    if (typeof found === 'string' || found.facts.slidingMs === undefined) return super.getSync(key, nowMs)
    return found.payload.holds === 'value' ? found.payload.value : undefined
  }
}

/** Puts last in the order of eviction what somebody only looked at. */
class PeeksAreUse extends ReferenceBackend {
  override getSync(key: string, nowMs: number): unknown {
    const value = super.getSync(key, nowMs)
    const found = this.get(key, nowMs)
    if (value !== undefined && typeof found !== 'string') super.set(key, entryOf(found, value), nowMs, undefined)
    return value
  }
}

/** Answers one operation as if it had not been closed. */
function answering(operation: keyof ReferenceBackend): typeof ReferenceBackend {
  return class extends ReferenceBackend {
    override close(): void {
      super.close()
      Object.defineProperty(this, operation, { value: () => [] })
    }
  }
}

const OPERATIONS = [
  'get',
  'set',
  'delete',
  'touch',
  'discard',
  'invalidate',
  'lease',
  'renew',
  'release',
  'scan',
  'usage',
  'sweep',
  'check',
] as const

/** One store, to which several attach and which outlives them. */
export class AttachableReference extends ReferenceBackend {
  override readonly capabilities = { holds: 'values', persistent: true, shared: true } as const

  attach(): Backend {
    let isClosed = false
    const door: Backend = new Proxy<Backend>(this, {
      get(store, name) {
        if (name === 'truth') return door
        if (name === 'close')
          return () => {
            isClosed = true
          }
        const member: unknown = Reflect.get(store, name, store)
        if (typeof member !== 'function') return member
        return (...args: unknown[]): unknown => {
          if (isClosed) throw new Error('closed')
          return Reflect.apply(member, store, args)
        }
      },
    })
    return door
  }
}

class OpensEmpty extends AttachableReference {
  override attach(): Backend {
    return new AttachableReference()
  }
}

/** Remembers for each who is attached what it has read once. */
class RemembersReads extends AttachableReference {
  override attach(): Backend {
    const read = new Map<string, StoredEntry>()
    const store = super.attach()
    return new Proxy(store, {
      get(_, name) {
        if (name !== 'get') return Reflect.get(store, name, store) as unknown
        return async (key: string, nowMs: number) => {
          const found = read.get(key) ?? (await store.get(key, nowMs))
          if (typeof found !== 'string') read.set(key, found)
          return found
        }
      },
    })
  }
}

/** Takes the key for the mark of a write. */
class MarksByKey extends ReferenceBackend {
  override get(key: string, nowMs: number) {
    const found = super.get(key, nowMs)
    return typeof found === 'string' ? found : { ...found, identity: key }
  }
}

/** Keeps a usable entry near by writing it anew. */
class SettlesByWriting extends ReferenceBackend {
  override get(key: string, nowMs: number) {
    const found = super.get(key, nowMs)
    if (typeof found === 'string') return found
    const settle: StoredEntry['settle'] = (verdict) => {
      if (verdict.usable) super.set(key, entryOf(found, verdict.value), nowMs, undefined)
    }
    return { ...found, settle }
  }
}

function entryOf({ facts }: StoredEntry, value: unknown): NewEntry {
  const encode = () => {
    throw new TypeError('holds values')
  }
  return { facts, value, maxBytes: Number.POSITIVE_INFINITY, encode }
}

export const brokenAttaching = [
  broken('B22', FastPathIgnoresGuards),
  broken('B22', FastPathTrustsTheFuture),
  broken('B22', FastPathServesSliding),
  broken('B22', PeeksAreUse),
  ...OPERATIONS.map((operation) => broken('B23', answering(operation), { name: `${operation} after close` })),
  broken('B24', OpensEmpty),
  broken('B25', RemembersReads),
  broken('B29', MarksByKey),
  broken('B30', SettlesByWriting),
]
