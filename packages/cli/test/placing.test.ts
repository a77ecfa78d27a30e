/** One entry of an import, and what others do to its key in between: theirs stays. */
import { type Backend, defaultCodec, isIntact, newEntry, type StoredEntry } from '@stowage/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Placed, place } from '../src/transfer/placing.ts'
import { backendAt, KINDS, type Kind, newPath } from './stores.ts'

const KEY = 'k'
const NOW = Date.now()

function entryOf(value: string, storedAtMs: number) {
  const times = { storedAtMs, staleAtMs: NOW + 60_000, errorOnlyAtMs: NOW + 60_000, expireAtMs: NOW + 60_000 }
  const facts = { ...times, tags: ['t'], version: undefined, fingerprint: undefined, slidingMs: undefined }
  return newEntry(KEY, { value, facts }, { codec: defaultCodec, maxEntryBytes: Number.POSITIVE_INFINITY })
}

/** @param between what others do after the import has looked for the last time. */
async function placed(kind: Kind, there: string | undefined, between: (backend: Backend) => Promise<unknown>) {
  const backend = backendAt(kind, newPath(kind))
  onTestFinished(async () => backend.close())
  if (there !== undefined) await backend.set(KEY, entryOf(there, NOW - 5_000), NOW, undefined)
  const moved = entryOf('moved', NOW - 1_000)
  let isDone = false
  const outcome: Placed = await place(
    {
      get: (key, nowMs) => backend.get(key, nowMs),
      lease: (key, mode, lengthMs, nowMs) => backend.lease(key, mode, lengthMs, nowMs),
      release: (lease) => backend.release(lease),
      async set(key, entry, nowMs, lease) {
        if (!isDone) {
          isDone = true
          await between(backend)
        }
        return backend.set(key, entry, nowMs, lease)
      },
    },
    { key: KEY, facts: moved.facts, encoded: moved.encode() },
  )
  return { outcome, value: heldValue(await backend.get(KEY, Date.now())) }
}

function heldValue(found: StoredEntry | string): unknown {
  if (typeof found === 'string') return found
  const { facts, payload } = found
  if (payload.holds === 'value') return payload.value
  return isIntact(KEY, facts, payload.encoded) ? defaultCodec.decode(payload.encoded) : 'torn'
}

describe.each(KINDS)('%s', (kind) => {
  test('nobody comes in between', async () => {
    expect(await placed(kind, undefined, async () => undefined)).toEqual({ outcome: 'stored', value: 'moved' })
    expect(await placed(kind, 'older', async () => undefined)).toEqual({ outcome: 'stored', value: 'moved' })
  })

  test.each([undefined, 'older'])('a younger value that comes in between stays (%s)', async (there) => {
    const younger = (backend: Backend) => Promise.resolve(backend.set(KEY, entryOf('younger', NOW), NOW, undefined))
    expect(await placed(kind, there, younger)).toEqual({ outcome: 'newer', value: 'younger' })
  })

  test('an older value that comes in between goes', async () => {
    const older = (backend: Backend) => Promise.resolve(backend.set(KEY, entryOf('older', NOW - 9_000), NOW, undefined))
    expect(await placed(kind, undefined, older)).toEqual({ outcome: 'stored', value: 'moved' })
  })

  test('what is deleted in between stays deleted', async () => {
    const deleting = (backend: Backend) => Promise.resolve(backend.delete(KEY, NOW, undefined))
    expect(await placed(kind, 'older', deleting)).toEqual({ outcome: 'voided', value: 'absent' })
    expect(await placed(kind, undefined, deleting)).toEqual({ outcome: 'voided', value: 'absent' })
  })

  test('what is invalidated by its tag in between is not stored', async () => {
    const invalidating = (backend: Backend) => Promise.resolve(backend.invalidate({ tags: ['t'] }, NOW))
    expect(await placed(kind, undefined, invalidating)).toEqual({ outcome: 'voided', value: 'absent' })
  })
})
