/**
 * Which ready jobs make room for others: those of the lowest priority first, and of these the oldest. It is the other end of the
 * order in which they are pulled, but within one priority its beginning; so each priority is looked for from the end.
 */
import type { SpaceRange, SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { ALL_READY, placeOf, READY, rankIn } from './layout.ts'

/** @param ranks of what is to come: an urgent job does not make room for one that is less so */
export function droppableFor(ranks: readonly string[]): SpaceRange {
  return { ...ALL_READY, from: READY + (ranks.toSorted().at(-1) ?? '') }
}

/** @returns fewer where there are fewer */
export async function firstToGo(space: Space, { from, to }: SpaceRange, limit: number): Promise<SpaceRecord[]> {
  const jobs: SpaceRecord[] = []
  for (let before = to; jobs.length < limit; ) {
    const [last] = await space.scan({ from, to: before }, 1, true)
    if (last === undefined) break
    const rank = READY + rankIn(placeOf(last.key))
    jobs.push(...(await space.scan({ from: rank, to: before }, limit - jobs.length)))
    before = rank
  }
  return jobs
}
