/**
 * Full mode's preload, as its user watches it: how far it is, and how it ended. What does not end well falls back to
 * selective mode.
 *
 * Core's warmer does the work and knows progress, time left and limit. Whoever asks while a run goes on joins it; a run
 * ends early when the last of its users has left.
 */
import { type Cache, createWarmer, type Duration, type WarmProgress, type WarmReport } from '@stowage/core'
import type { CacheMode } from '../../shared/cache-mode.ts'
import type { PanelRooms } from '../panel-procedure.ts'
import type { UserModes } from '../users/user-modes.ts'
import { allTasks } from './panel-tasks.ts'

export type PreloadEvent =
  | {
      readonly type: 'progress'
      readonly done: number
      readonly total?: number | undefined
      /** What is loaded at this moment. */
      readonly current: readonly string[]
      readonly elapsedMs: number
      readonly estimatedLeftMs?: number | undefined
    }
  | {
      readonly type: 'end'
      readonly outcome: WarmReport['outcome']
      readonly loaded: number
      readonly alreadyThere: number
      readonly failed: number
      readonly elapsedMs: number
      /** Of this user, from now on. */
      readonly mode: CacheMode
    }

export interface Preload {
  readonly limit: Duration
  isRunning(): boolean
  /** @param signal fires when the user has left: the run then goes on for the others only. */
  watch(userId: string, signal: AbortSignal): AsyncGenerator<PreloadEvent, void>
  close(): Promise<void>
}

/** Leaves the source a connection for those who do not wait for all of it. */
const CONCURRENCY = 2

export interface PreloadRooms extends PanelRooms {
  readonly cache: Cache
  readonly modes: UserModes
}

export function createPreload(rooms: PreloadRooms, limit: Duration): Preload {
  const warmer = createWarmer(rooms.cache, {
    tasks: () => allTasks(rooms),
    concurrency: CONCURRENCY,
    timeLimit: limit,
    clock: rooms.clock,
  })

  async function endOf(userId: string, report: WarmReport): Promise<PreloadEvent> {
    const mode = report.outcome === 'completed' ? 'full' : 'selective'
    if (mode === 'selective') await rooms.modes.choose(userId, mode)
    const { outcome, warmed, unstored, alreadyThere, failedCount, elapsedMs } = report
    return { type: 'end', outcome, loaded: warmed + unstored, alreadyThere, failed: failedCount, elapsedMs, mode }
  }

  return {
    limit,
    isRunning: () => warmer.status().running !== undefined,
    async *watch(userId, signal) {
      let latest: WarmProgress | undefined
      let woken = Promise.withResolvers<void>()
      const stop = warmer.on('progress', (progress) => {
        latest = progress
        woken.resolve()
      })
      try {
        let report: WarmReport | undefined
        const running = warmer.run({ signal }).then((ended) => {
          report = ended
          woken.resolve()
        })
        while (report === undefined) {
          await woken.promise
          woken = Promise.withResolvers()
          const progress: WarmProgress | undefined = latest
          latest = undefined
          if (progress !== undefined && report === undefined) yield progressEvent(progress)
        }
        await running
        if (!signal.aborted) yield await endOf(userId, report)
      } finally {
        stop()
      }
    },
    close: () => warmer.close(),
  }
}

function progressEvent({ done, total, current, elapsedMs, estimatedLeftMs }: WarmProgress): PreloadEvent {
  return { type: 'progress', done, total, current, elapsedMs, estimatedLeftMs }
}
