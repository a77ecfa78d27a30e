/**
 * What a seat and its process say to each other. One request at a time; every request has one reply. The end of the conversation is the end of the
 * process.
 */
import type { Figures, Scale } from './contract.ts'

export interface OpenRequest {
  readonly kind: 'open'
  readonly workload: string
  readonly entrant: string
  readonly scale: Scale
}

export type Request = OpenRequest | { readonly kind: 'round' }

export type Reply =
  | { readonly kind: 'done' }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'wrong' | 'skipped' | 'failed'; readonly reason: string }
