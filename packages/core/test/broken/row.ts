/** One way to be wrong, and the clause of the contract at which the kit has to notice it. */
import type { ReferenceBackend, ReferenceOptions } from '@stowage/core/testing'

export interface BrokenRow {
  readonly clause: string
  readonly Broken: typeof ReferenceBackend
  readonly name: string
  readonly holds: 'values' | 'bytes'
}

export function broken(
  clause: string,
  Broken: typeof ReferenceBackend,
  { name = Broken.name, holds = 'values' }: { readonly name?: string } & Pick<ReferenceOptions, 'holds'> = {},
): BrokenRow {
  return { clause, Broken, name, holds }
}
