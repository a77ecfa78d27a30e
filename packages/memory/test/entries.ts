/** Entries as core hands them to a backend. */
import type { EntryFacts, NewEntry } from '@stowage/core'

/** Fresh until 1,000; whatever is given beside tags replaces that. */
export function entryOf(value: unknown, tags: readonly string[] = [], facts: Partial<EntryFacts> = {}): NewEntry {
  const times = { storedAtMs: 0, staleAtMs: 1_000, errorOnlyAtMs: 1_000, expireAtMs: 1_000 }
  const guards = { version: undefined, fingerprint: undefined, slidingMs: undefined }
  return { facts: { ...times, tags, ...guards, ...facts }, value, maxBytes: Number.POSITIVE_INFINITY, encode }
}

function encode(): never {
  throw new Error('memory holds values; nothing asks for bytes')
}
