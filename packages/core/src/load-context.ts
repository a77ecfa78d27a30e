/** What a loader is given, and what it said: its wishes about the entry, kept apart from the plan it began with. */
import { UsageError } from './errors.ts'
import type { Key, KeySpace } from './key.ts'
import { requireKnownOptions } from './limits.ts'
import type { LoadAbort } from './load-abort.ts'
import { type LoadPlan, planTags, requireTagCount } from './plan.ts'
import type { Found } from './read.ts'
import { type Ttl, ttlMs } from './ttl.ts'

/** Makes the value of a key. Runs once per key at a time. */
export type Loader<T> = (context: LoadContext) => T | Promise<T>

/** Not generic on purpose: with the loader's own type in it, TypeScript could no longer infer getOrSet's result. */
export interface LoadContext {
  readonly key: Key
  /** Fires when nobody waits for this load any more, or a caller's hard timeout has come. Hand it to fetch and the like. */
  readonly signal: AbortSignal
  /** The value that has passed its ttl and could still be served, when there is one. */
  readonly stale: { readonly value: unknown; readonly ageMs: number } | undefined
  /** Nobody is waiting: the old value has been served already. */
  readonly background: boolean
  /** Decides the ttl now that the value is known, and adds tags. @throws ConfigError, UsageError */
  readonly set: (wishes: { readonly ttl?: Ttl; readonly tags?: readonly string[] }) => void
  /** Returns `value` without storing it. */
  readonly skip: <T>(value: T) => T
  /** Ends the load: the stale value is still right, and gets a new life. @throws UsageError when there is none */
  readonly notModified: () => never
}

/** What the load knows before its loader runs. */
export interface LoadRole {
  readonly background: boolean
  readonly stale: Found | undefined
}

/** What a load is asked for. */
interface LoadOrder {
  readonly plan: LoadPlan
  readonly keys: KeySpace
  readonly key: Key
}

const ABORT: unique symbol = Symbol('abort')

/**
 * One getter for all contexts: V8 makes a hidden class for each object with one of its own, which lives until the next collection of the whole
 * heap, with all that the getter can see. That was a third of what a load cost.
 */
const SIGNAL: PropertyDescriptor & ThisType<{ readonly [ABORT]: LoadAbort }> = {
  // The context's own, and told: copies of it have the signal, too.
  enumerable: true,
  get() {
    return this[ABORT].signal
  },
}

function giveSignal(context: {
  readonly [ABORT]: LoadAbort
}): asserts context is typeof context & { signal: AbortSignal } {
  Object.defineProperty(context, 'signal', SIGNAL)
}

export class LoadControl {
  readonly context: LoadContext
  plan: LoadPlan
  skipped = false
  /** The loader has said how long its value is to live. */
  hasSetTtl = false
  readonly #keys: KeySpace
  readonly #stale: LoadRole['stale']
  /** Thrown by this very context's notModified, and taken for what it is by its identity. An error is dear to make. */
  #notModified: Error | undefined

  constructor({ plan, keys, key }: LoadOrder, abort: LoadAbort, { background, stale }: LoadRole) {
    this.plan = plan
    this.#keys = keys
    this.#stale = stale
    const context = {
      key,
      stale: stale === undefined ? undefined : { value: stale.value, ageMs: stale.ageMs },
      background,
      set: (wishes: Parameters<LoadContext['set']>[0]) => {
        requireKnownOptions('context.set', wishes, ['ttl', 'tags'])
        const { ttl, tags } = wishes
        const all = tags === undefined ? this.plan.tags : [...new Set([...this.plan.tags, ...planTags(tags, keys)])]
        requireTagCount(all, keys)
        if (ttl !== undefined) this.hasSetTtl = true
        this.plan = { ...this.plan, freshMs: ttl === undefined ? this.plan.freshMs : ttlMs('ttl', ttl), tags: all }
      },
      skip: <T>(value: T) => {
        this.skipped = true
        return value
      },
      notModified: () => {
        if (stale === undefined)
          throw new UsageError('notModified: there is no stale value to keep; look at context.stale')
        this.#notModified = new Error('not modified')
        throw this.#notModified
      },
      [ABORT]: abort,
    }
    giveSignal(context)
    this.context = context
  }

  /** The stale value, with the tags it had, when the loader ended by notModified. @throws ConfigError for too many tags, what the loader threw else */
  keepStale(thrown: unknown): Found {
    if (this.#notModified === undefined || thrown !== this.#notModified || this.#stale === undefined) throw thrown
    const tags = [...new Set([...this.#stale.entry.facts.tags, ...this.plan.tags])]
    // Tags that change from call to call would add up without end.
    requireTagCount(tags, this.#keys)
    this.plan = { ...this.plan, tags }
    return this.#stale
  }
}
