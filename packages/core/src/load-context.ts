/** What a loader is given, and what it said: its wishes about the entry, kept apart from the plan it began with. */

import type { KeySpace } from './key.ts'
import type { EntryPlan } from './options.ts'
import { planTags } from './options.ts'
import { type Ttl, ttlMs } from './ttl.ts'

/** Makes the value of a key. Runs once per key at a time. */
export type Loader<T> = (context: LoadContext) => T | Promise<T>

/** Not generic on purpose: with the loader's own type in it, TypeScript could no longer infer getOrSet's result. */
export interface LoadContext {
  /** The expired value that could still be served, when there is one. */
  readonly stale: { readonly value: unknown; readonly ageMs: number } | undefined
  /** Nobody is waiting: the stale value has been served already. */
  readonly background: boolean
  /** Decides the ttl now that the value is known, and adds tags. @throws ConfigError, UsageError */
  set(wishes: { readonly ttl?: Ttl; readonly tags?: readonly string[] }): void
  /** Returns `value` without storing it. */
  skip<T>(value: T): T
}

export class LoadControl {
  readonly context: LoadContext
  plan: EntryPlan
  skipped = false

  constructor(
    plan: EntryPlan,
    keys: KeySpace,
    role: {
      readonly background: boolean
      readonly stale: { readonly value: unknown; readonly ageMs: number } | undefined
    },
  ) {
    this.plan = plan
    this.context = {
      stale: role.stale === undefined ? undefined : { value: role.stale.value, ageMs: role.stale.ageMs },
      background: role.background,
      set: ({ ttl, tags }) => {
        this.plan = {
          ...this.plan,
          freshMs: ttl === undefined ? this.plan.freshMs : ttlMs('ttl', ttl),
          tags: tags === undefined ? this.plan.tags : [...new Set([...this.plan.tags, ...planTags(tags, keys)])],
        }
      },
      skip: (value) => {
        this.skipped = true
        return value
      },
    }
  }
}
