/** Keys of what is derived from content: parsed, extracted, rendered. */
import { describe, type Key, type KeyPart, UsageError } from '@stowage/core'

export interface Derivation {
  /** Of what it is derived from: a digest, an ETag, a version. */
  readonly contentHash: string
  /** What else decides the result. Properties that are undefined are as good as missing ones. */
  readonly options?: { readonly [name: string]: KeyPart } | undefined
}

/**
 * The same for the same content and options, whatever their order, in every process and release; another one for all others.
 * It is a key as any: `[kind, contentHash, options]`. @throws UsageError for a kind, a hash or options that are none
 */
export function keyOf(kind: string, derivation: Derivation): Key {
  if (typeof kind !== 'string') throw new UsageError(`keyOf: kind: ${describe(kind)} is not allowed; allowed: a text`)
  requireObject('derivation', derivation)
  const { contentHash, options = {} } = derivation
  requireObject('options', options)
  // Without it all contents have one key: an ETag that a server did not send, a digest that was not waited for.
  if (typeof contentHash !== 'string' || contentHash === '') {
    throw new UsageError(
      `keyOf: contentHash: ${describe(contentHash)} is not allowed; allowed: a text that is not empty`,
    )
  }
  return [kind, contentHash, Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))]
}

function requireObject(argument: string, given: unknown): void {
  if (typeof given === 'object' && given !== null) return
  throw new UsageError(`keyOf: ${argument}: ${describe(given)} is not allowed; allowed: an object`)
}
