/**
 * Taking jobs out: one commit brings back what is due and hides the first ready ones, so that no two callers are given the same
 * job, and none has to try again because another was there.
 */

import { type SpaceChange, type SpaceRecord, ticksOf } from '@stowage/core'
import { News } from '../news.ts'
import type { Space } from '../space.ts'
import { Fellows } from './acks.ts'
import { bringBack } from './coming-due.ts'
import { PulledJob } from './job.ts'
import { ALL_READY, ALL_WAITING, instantOf, READY, waitingUntil } from './layout.ts'
import { death } from './leaving.ts'
import { letterIfReadable } from './letter.ts'
import type { QueuePlan } from './options.ts'

/** So many are given to one pull. */
const MAX_PULLED = 500

export interface PullWish {
  readonly limit: number
  /**
   * From this one on they are to lie ahead of need, which costs them a try if their worker dies: none that has been tried before,
   * and none behind one that has, since that may be what kills workers. Undefined: all are begun.
   */
  readonly aheadFrom: number | undefined
  readonly waitMs: number
  readonly signal: AbortSignal | undefined
}

/** @returns none when none is ready */
async function pullJobs<T>(space: Space, plan: QueuePlan, { limit, aheadFrom }: PullWish): Promise<PulledJob<T>[]> {
  for (;;) {
    const nowMs = space.clock.nowMs()
    const pulled = await take(space, [
      bringBack(nowMs),
      {
        do: 'move',
        range: ALL_READY,
        limit: Math.min(limit, MAX_PULLED),
        aheadFrom,
        cut: READY.length,
        into: waitingUntil(nowMs + plan.visibilityMs),
        isCounted: true,
      },
    ])
    const jobs: PulledJob<T>[] = []
    const spent: SpaceRecord[] = []
    for (const record of pulled) {
      const letter = record.moveCount > plan.maxTries ? undefined : letterIfReadable<T>(plan.codec, record)
      if (letter !== undefined) jobs.push(new PulledJob(space, plan, record, letter))
      else spent.push(record)
    }
    try {
      await setAsideAll(space, spent)
    } catch (thrown) {
      // They come back and are found again; those beside them would have lost a try without having been given to anybody.
      if (jobs.length === 0) throw thrown
    }
    if (jobs.length > 0 || pulled.length === 0) return jobs
  }
}

/** Whose last try was never answered, or what cannot be read: nobody is to have it again. */
async function setAsideAll(space: Space, spent: readonly SpaceRecord[]): Promise<void> {
  for (const record of spent) {
    await space.commit({ expect: [record], changes: death({ ...record, moveCount: record.moveCount - 1 }) })
  }
}

/** What the last change has moved. Acknowledgements that wait go along, where none of them is late. */
async function take(space: Space, changes: readonly SpaceChange[]): Promise<readonly SpaceRecord[]> {
  // Those of this moment are in line a microtask after they were asked for.
  await Promise.resolve()
  const fellows = new Fellows(space)
  try {
    const result = await space.commit({ expect: fellows.expect, changes: [...fellows.changes, ...changes] })
    if (result.outcome === 'done') {
      fellows.done()
      return result.moved.at(-1) ?? []
    }
  } catch (error) {
    fellows.goAlone({ error })
    throw error
  }
  fellows.goAlone()
  return (await space.apply(...changes)).moved.at(-1) ?? []
}

/** Waits until there is one. @returns none when the time is over @throws the signal's reason */
export async function pullInTime<T>(space: Space, plan: QueuePlan, wish: PullWish): Promise<PulledJob<T>[]> {
  const { waitMs, signal } = wish
  signal?.throwIfAborted()
  const first = await pullJobs<T>(space, plan, wish)
  if (first.length > 0 || waitMs <= 0) return first
  // By the clock for durations: wall clocks are set back.
  const ticks = ticksOf(space.clock)
  const untilTick = ticks() + waitMs
  using news = new News(space)
  for (;;) {
    const jobs = await pullJobs<T>(space, plan, wish)
    const leftMs = untilTick - ticks()
    if (jobs.length > 0 || leftMs <= 0) return jobs
    await news.next(Math.min(leftMs, await untilDueMs(space)), signal)
  }
}

/** How long until the next one that waits for an instant. */
async function untilDueMs(space: Space): Promise<number> {
  const [next] = await space.scan(ALL_WAITING, 1)
  return next === undefined ? Number.POSITIVE_INFINITY : instantOf(next.key) - space.clock.nowMs()
}
