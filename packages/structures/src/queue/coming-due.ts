/**
 * Jobs whose instant has come are ready, wherever they lie: nobody moves them from among those that wait until somebody pulls, or
 * has to make room. Until then whoever looks looks for them there.
 */
import type { SpaceChange, SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { ALL_READY, dueAt, placeOf, READY, WAITING_CUT } from './layout.ts'

/** So many that have come due are brought back by one commit. */
const MAX_DUE = 500

export function bringBack(nowMs: number): SpaceChange {
  return {
    do: 'move',
    range: dueAt(nowMs),
    limit: MAX_DUE,
    aheadFrom: undefined,
    cut: WAITING_CUT,
    into: READY,
    isCounted: false,
  }
}

export async function bringAllBack(space: Space): Promise<void> {
  const nowMs = space.clock.nowMs()
  while ((await space.count(dueAt(nowMs))) > 0) await space.apply(bringBack(nowMs))
}

/** The first ready jobs in the order in which a pull would give them. They stay where they are. */
export async function firstReady(space: Space, limit: number): Promise<readonly SpaceRecord[]> {
  // In this order: one that is brought back meanwhile is seen twice, not never.
  const due = await space.scan(dueAt(space.clock.nowMs()), MAX_DUE)
  const ready = await space.scan(ALL_READY, limit)
  const jobs = new Map([...due, ...ready].map((record) => [placeOf(record.key), record]))
  const places = [...jobs.keys()].toSorted().slice(0, limit)
  return places.flatMap((place) => jobs.get(place) ?? [])
}
