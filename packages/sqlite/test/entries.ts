/** Short ways to write to and read from a backend in tests. */
import type { Backend, Lease, NewEntry, WriteOutcome } from '@stowage/core'
import { createFakeClock, decoded } from '@stowage/core/testing'

export const NOW_MS: number = createFakeClock().nowMs()

export interface EntryWish {
  readonly tags?: readonly string[]
  readonly nowMs?: number
  readonly lifeMs?: number
  readonly lease?: Lease | undefined
}

/** An entry that lives for an hour, its value as JSON. */
export function entryOf(value: unknown, { tags = [], nowMs = NOW_MS, lifeMs = 3_600_000 }: EntryWish = {}): NewEntry {
  const expireAtMs = nowMs + lifeMs
  const times = { storedAtMs: nowMs, staleAtMs: expireAtMs, errorOnlyAtMs: expireAtMs, expireAtMs }
  return {
    facts: { ...times, tags, version: undefined, fingerprint: undefined, slidingMs: undefined },
    value,
    encode: () => ({ format: 'json', body: JSON.stringify(value), checksum: 0 }),
  }
}

export async function put(backend: Backend, key: string, value: unknown, wish: EntryWish = {}): Promise<WriteOutcome> {
  return backend.set(key, entryOf(value, wish), wish.nowMs ?? NOW_MS, wish.lease)
}

/** The stored value, or the miss. */
export async function held(backend: Backend, key: string, nowMs: number = NOW_MS): Promise<unknown> {
  const found = await backend.get(key, nowMs)
  return typeof found === 'string' ? `miss: ${found}` : decoded(found)
}

/** Keys of live entries, in order. */
export async function keysOf(backend: Backend, prefix = '', nowMs: number = NOW_MS): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of backend.scan({ prefix, tag: undefined }, nowMs)) keys.push(key)
  return keys
}

/** Sweeps until there is nothing left to do. @returns what was reclaimed. */
export async function sweepAll(
  backend: Backend,
  nowMs: number = NOW_MS,
): Promise<{ expired: number; invalidated: number }> {
  const total = { expired: 0, invalidated: 0 }
  for (let done = false; !done; ) {
    const report = await backend.sweep(nowMs)
    total.expired += report.expired
    total.invalidated += report.invalidated
    done = report.done
  }
  return total
}
