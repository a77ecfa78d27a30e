/**
 * A listing of all tiers: what the far one holds, and what only nearer ones have. Those hold copies mostly, so their keys are gone
 * through beside the far tier's, some at each step, and what the far tier lists is struck off; what is left is listed by a second
 * walk, as it is then. In memory are near keys that the query covers, which are as bounded as the near tiers, and a small share
 * as many of the far one.
 */
import { type ScannedEntry, type ScanQuery, UsageError } from '@stowage/core'
import type { HybridPlan } from './options.ts'

/** Near entries gone through for each that the far tier lists: a listing that ends early costs little, and no step takes long. */
const NEAR_PER_FAR = 64

/** @param mayServe whether a read would give out what a near tier has under the key */
export async function* scanTiers(
  plan: HybridPlan,
  mayServe: (key: string) => boolean,
  query: ScanQuery,
  nowMs: number,
): AsyncGenerator<ScannedEntry> {
  /** Of near tiers, and not listed yet. */
  const left = new Set<string>()
  /** What has been listed before all near keys were known. */
  const listed = new Set<string>()
  const near = nearEntries(plan, query, nowMs)
  try {
    let isNearOver = false
    for await (const entry of plan.far.scan(query, nowMs)) {
      for (let steps = 0; steps < NEAR_PER_FAR && !isNearOver; steps++) {
        const step = await near.next()
        isNearOver = step.done === true
        if (step.done !== true && mayServe(step.value.key) && !listed.has(step.value.key)) left.add(step.value.key)
      }
      left.delete(entry.key)
      if (!isNearOver) listed.add(entry.key)
      yield entry
    }
    for await (const entry of near) {
      if (left.has(entry.key) || listed.has(entry.key) || !mayServe(entry.key)) continue
      listed.add(entry.key)
      yield entry
    }
  } finally {
    await near.return(undefined)
  }
  if (left.size === 0) return
  for await (const entry of nearEntries(plan, query, nowMs)) {
    if (left.delete(entry.key)) yield entry
    if (left.size === 0) return
  }
}

/** Of one tier after the other; one that cannot be listed is left out, as reads do without it, too. */
async function* nearEntries({ nearTiers }: HybridPlan, query: ScanQuery, nowMs: number): AsyncGenerator<ScannedEntry> {
  for (const { backend } of nearTiers) {
    if (backend.isLeftAlone) continue
    try {
      for await (const entry of backend.scan(query, nowMs)) yield entry
    } catch (error) {
      if (error instanceof UsageError) throw error
    }
  }
}
