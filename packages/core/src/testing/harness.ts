/** How a backend presents itself to the conformance kit. */
import type { Backend, BackendCapabilities } from '../backend.ts'
import type { MaybePromise } from '../vocabulary.ts'

/** Limits a case asks of a store; undefined: whatever is roomy. */
export interface StoreLimits {
  readonly maxEntries: number | undefined
  readonly maxBytes: number | undefined
}

/** One empty store made for one case. */
export interface TestStore {
  /** Attaches a backend. Called again only where capabilities say that the store is persistent or shared. */
  open(): MaybePromise<Backend>
  /** Removes every trace; backends have been closed before. */
  destroy(): MaybePromise<void>
}

export interface ConformanceHarness {
  readonly capabilities: BackendCapabilities
  /** Which limits {@link create} can set. */
  readonly limits: { readonly maxEntries: boolean; readonly maxBytes: boolean }
  create(limits: StoreLimits): MaybePromise<TestStore>
}

/** What a case needs of a backend; without it the case is skipped, with the reason. */
export type CaseNeed = 'persistent' | 'shared' | 'bytes' | 'values' | 'maxEntries' | 'maxBytes'
