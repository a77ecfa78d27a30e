/** Short ways to write to and read from a backend in tests. */
import type { Backend, CheckReport, Lease, NewEntry, WriteOutcome } from '@stowage/core'
import { CaseWorld, createFakeClock, decoded } from '@stowage/core/testing'

export const NOW_MS: number = createFakeClock().nowMs()

export interface EntryWish {
  readonly tags?: readonly string[]
  readonly nowMs?: number
  readonly lifeMs?: number
  readonly lease?: Lease | undefined
}

/** Makes entries whose checksums fit; the stores are made elsewhere (stores.ts). */
const world = new CaseWorld({
  capabilities: { holds: 'bytes', persistent: true, shared: true },
  limits: { maxEntries: true, maxBytes: true },
  create: () => {
    throw new Error('no store is made here')
  },
})

/** An entry that lives for an hour, its value as JSON. */
export function entryOf(key: string, value: unknown, wish: EntryWish = {}): NewEntry {
  const { tags = [], nowMs = NOW_MS, lifeMs = 3_600_000 } = wish
  world.nowMs = nowMs
  return world.entry(key, value, { tags, freshMs: lifeMs })
}

export async function put(backend: Backend, key: string, value: unknown, wish: EntryWish = {}): Promise<WriteOutcome> {
  return backend.set(key, entryOf(key, value, wish), wish.nowMs ?? NOW_MS, wish.lease)
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

export const NOTHING_WRONG = { torn: 0, wrong: 0, orphans: 0, repaired: 0 }

/** A check from beginning to end. */
export async function checkAll(backend: Backend, repair: 'repair' | 'look'): Promise<CheckReport> {
  const total = { entries: 0, bytes: 0, ...NOTHING_WRONG }
  for await (const step of backend.check(repair === 'repair', NOW_MS)) {
    total.entries += step.entries
    total.bytes += step.bytes
    total.torn += step.torn
    total.wrong += step.wrong
    total.orphans += step.orphans
    total.repaired += step.repaired
  }
  return total
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
