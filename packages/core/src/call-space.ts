/**
 * What the calls on one namespace are made of: a cache that is open, the place of a key, the plan that options make, and the
 * trips begun with them.
 */
import type { CacheCore } from './core.ts'
import type { Key, KeySpace } from './key.ts'
import { load } from './load.ts'
import type { Loader } from './load-context.ts'
import { isThenable, mapped } from './maybe-promise.ts'
import type { EntryOptions, LoadOptions } from './options.ts'
import { type EntryPlan, type LoadPlan, planEntry, planLoad, settled } from './plan.ts'
import { type Conditions, type Miss, read, type Servable } from './read.ts'
import type { Served } from './served.ts'
import type { Ttl } from './ttl.ts'
import type { MaybePromise, RefusalReason } from './vocabulary.ts'
import { type EntryContent, factsOf, type SetResult, write, writeUntold } from './write.ts'

export class CallSpace {
  readonly core: CacheCore
  readonly keys: KeySpace
  /** Of calls that say nothing. */
  readonly defaultPlan: LoadPlan

  constructor(core: CacheCore, keys: KeySpace) {
    this.core = core
    this.keys = keys
    this.defaultPlan = planLoad(undefined, core.plan.defaults, keys)
  }

  child(name: string): CallSpace {
    return new CallSpace(this.core, this.keys.child(name))
  }

  /** Where the key would be looked for. {@link storageKey} is what to store under. */
  placeOf(key: Key): string {
    this.core.requireOpen()
    return this.keys.placeOf(key)
  }

  /** Of a key and its place; the place of structured keys has been checked when it was made. */
  checked(key: Key, placed: string): string {
    return typeof key === 'string' ? this.keys.storageKey(key) : placed
  }

  storageKey(key: Key): string {
    this.core.requireOpen()
    return this.keys.storageKey(key)
  }

  /** A promise only where a fingerprint has to be asked for. */
  entryPlan(options: Ttl | EntryOptions | undefined): MaybePromise<EntryPlan> {
    if (options === undefined) return this.defaultPlan
    return mapped(settled(options), (known) => planEntry(known, this.core.plan.defaults, this.keys))
  }

  loadPlan(options: Ttl | LoadOptions | undefined): MaybePromise<LoadPlan> {
    if (options === undefined) return this.defaultPlan
    return mapped(settled(options), (known) => planLoad(known, this.core.plan.defaults, this.keys))
  }

  read(storageKey: string, conditions: Conditions): MaybePromise<Servable | Miss> {
    return this.core.tracked(read(this.core, storageKey, conditions))
  }

  write(storageKey: string, value: unknown, plan: EntryPlan): MaybePromise<SetResult> {
    return write(this.core, storageKey, this.#content(value, plan), undefined)
  }

  /** The same, not counted and not emitted. */
  writeUntold(storageKey: string, value: unknown, plan: EntryPlan): MaybePromise<'stored' | RefusalReason> {
    return writeUntold(this.core, storageKey, this.#content(value, plan), undefined)
  }

  #content(value: unknown, plan: EntryPlan): EntryContent {
    const { core } = this
    return { value, facts: factsOf(core, plan, core.plan.clock.nowMs()), placement: plan.placement }
  }

  load(
    key: Key,
    storageKey: string,
    loader: Loader<unknown>,
    options: Ttl | LoadOptions | undefined,
  ): MaybePromise<Served<unknown>> {
    const { core, keys } = this
    const begin = (plan: LoadPlan) => load(core, { key, storageKey, loader, plan, keys, onJoin: undefined })
    const planned = this.loadPlan(options)
    // A load that has begun counts itself.
    return isThenable(planned) ? core.tracked(planned.then(begin)) : begin(planned)
  }
}
