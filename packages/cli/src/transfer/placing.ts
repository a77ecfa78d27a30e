/**
 * One entry of an export into a store that services write to meanwhile. It is written under a fence taken before looking what is
 * there, so that it never takes the place of a newer value, nor of a deletion or invalidation that came in between.
 */
import type { Backend, NewEntry } from '@stowage/core'
import type { MovedEntry } from './entry-line.ts'

/**
 * - `stored`
 * - `there`: this very write was there already
 * - `newer`: a younger value was
 * - `expired`: its life was over
 * - `voided`: it was deleted or invalidated while it was being written
 * - `refused`: the store did not take it
 */
export type Placed = 'stored' | 'there' | 'newer' | 'expired' | 'voided' | 'refused'

const LEASE_MS = 30_000
/** As often as others come in between on one key. */
const MOST_TRIES = 8

export async function place(
  backend: Pick<Backend, 'get' | 'lease' | 'release' | 'set'>,
  { key, facts, encoded }: MovedEntry,
): Promise<Placed> {
  const entry: NewEntry = { facts, value: undefined, maxBytes: Number.POSITIVE_INFINITY, encode: () => encoded }
  if (facts.expireAtMs <= Date.now()) return 'expired'
  // Where an import goes on nearly all is there: that costs one look, and no fence.
  const before = await found()
  if (before !== 'older' && before !== 'none') return before
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const lease = await backend.lease(key, 'fence', LEASE_MS, Date.now())
    if (lease === undefined) return 'refused'
    const now = await found()
    const hasGone = now === 'none' && (before === 'older' || tries > 0)
    if (now === 'there' || now === 'newer' || hasGone) {
      await backend.release(lease)
      return now === 'there' || now === 'newer' ? now : 'voided'
    }
    const outcome = await backend.set(key, entry, Date.now(), lease)
    if (outcome === 'stored') return 'stored'
    if (outcome === 'elapsed') return 'expired'
    if (outcome !== 'superseded') return 'refused'
  }
  return 'refused'

  async function found(): Promise<'there' | 'newer' | 'older' | 'none'> {
    const there = await backend.get(key, Date.now())
    if (typeof there === 'string') return 'none'
    const apartMs = there.facts.storedAtMs - facts.storedAtMs
    if (apartMs === 0) return 'there'
    return apartMs > 0 ? 'newer' : 'older'
  }
}
