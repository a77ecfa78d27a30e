/** The backend itself, without a cache on it. */
import { crc32 } from 'node:zlib'
import { checksumBefore, type Encoded, type EntryFacts, type NewEntry, packRecord } from '@stowage/core'
import { onTestFinished } from 'vitest'
import { openBackend } from '../src/fs-backend.ts'
import { planFs } from '../src/options.ts'
import type { Store } from '../src/store.ts'
import type { Writing } from '../src/storing.ts'
import { newDirectory } from './stores.ts'

const LIFE_MS = 3_600_000
const FORMAT = 'bytes'

export function openBare() {
  const directory = newDirectory()
  const backend = openBackend(planFs({ directory }))
  onTestFinished(async () => {
    await backend.close()
  })
  return { directory, backend }
}

export function entryOf(key: string, body: Uint8Array, nowMs: number, lifeMs: number = LIFE_MS): NewEntry {
  const facts = factsOf(nowMs, lifeMs)
  return { facts, value: body, maxBytes: Infinity, encode: () => encodedOf(key, facts, body) }
}

export function writingOf({ layout }: Pick<Store, 'layout'>, key: string, body: Uint8Array, nowMs: number): Writing {
  const facts = factsOf(nowMs, LIFE_MS)
  const record = [packRecord(key, facts, encodedOf(key, facts, body))] as const
  return { key, place: layout.placeOf(key), facts, maxBytes: Infinity, nowMs, lease: undefined, record }
}

function factsOf(nowMs: number, lifeMs: number): EntryFacts {
  const endMs = nowMs + lifeMs
  const ends = { staleAtMs: endMs, errorOnlyAtMs: endMs, expireAtMs: endMs }
  return { storedAtMs: nowMs, ...ends, tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
}

function encodedOf(key: string, facts: EntryFacts, body: Uint8Array): Encoded {
  return { format: FORMAT, body, checksum: crc32(body, checksumBefore(key, facts, FORMAT)) }
}
