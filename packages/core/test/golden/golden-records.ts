/** What the golden file holds the bytes of: each kept value, and an entry with all there can be beside a value. */
import { readFileSync, writeFileSync } from 'node:fs'
import { defaultCodec, type EntryFacts, packRecord } from '@stowage/core'
import { checksumOf } from '../../src/checksum.ts'
import { KEPT_VALUES } from './kept-values.ts'

const GOLDEN_FILE: URL = new URL('./records-v1.json', import.meta.url)

export interface GoldenEntry {
  readonly key: string
  readonly facts: EntryFacts
  readonly value: unknown
}

const BARE_FACTS: EntryFacts = {
  storedAtMs: 1_700_000_000_000,
  staleAtMs: 1_700_000_060_000,
  errorOnlyAtMs: 1_700_000_060_000,
  expireAtMs: 8.64e15,
  tags: [],
  version: undefined,
  fingerprint: undefined,
  slidingMs: undefined,
}

export const GOLDEN_ENTRIES: readonly GoldenEntry[] = [
  ...KEPT_VALUES.map(([name, make]) => ({ key: name, facts: BARE_FACTS, value: make() })),
  {
    key: 'a key, ключ, 鍵',
    facts: { ...BARE_FACTS, tags: ['t', 'nul\0tag', '#app/'], version: '', fingerprint: 'size:1', slidingMs: 60_000 },
    value: 'x',
  },
]

export function packed({ key, facts, value }: GoldenEntry): Uint8Array {
  const encoded = defaultCodec.encode(value)
  return packRecord(key, facts, { ...encoded, checksum: checksumOf(key, facts, encoded) })
}

/**
 * The stored bytes by key, as base64. With `GOLDEN=write` in the environment the file is written anew before. That is for
 * values that have come in; for a new layout make a new file and keep this one: what was written once is read for ever, or
 * called unreadable, but never misread.
 */
export function goldenBytes(): ReadonlyMap<string, string> {
  if (process.env['GOLDEN'] === 'write') {
    const records = GOLDEN_ENTRIES.map((entry) => [entry.key, Buffer.from(packed(entry)).toString('base64')])
    writeFileSync(GOLDEN_FILE, `${JSON.stringify(Object.fromEntries(records), undefined, 2)}\n`)
  }
  const parsed: unknown = JSON.parse(readFileSync(GOLDEN_FILE, 'utf8'))
  return new Map(Object.entries(parsed ?? {}).map(([key, base64]) => [key, String(base64)]))
}
