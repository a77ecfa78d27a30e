/**
 * The short ranges of Dashboard and Analytics, kept warm in the background while that is switched on: at the start, soon
 * after every invalidation, and now and then.
 */
import { type Cache, createWarmer } from '@stowage/core'
import { z } from 'zod'
import type { PanelRooms } from '../panel-procedure.ts'
import { shortRangeTasks } from './panel-tasks.ts'

export interface ShortRanges {
  isKeptWarm(): boolean
  /** The choice is kept. */
  keepWarm(isWanted: boolean): Promise<void>
  /** Begins, if that is the choice. */
  start(): void
  close(): Promise<void>
}

interface ShortRangeRooms extends PanelRooms {
  readonly cache: Cache
}

const KEY = 'short-ranges-kept-warm'
const AGAIN_EVERY = '5m'
/** Events come in bursts; and those who look at the page ask first. */
const AFTER_INVALIDATION_MS = 1_000

export async function createShortRanges(rooms: ShortRangeRooms, store: Cache): Promise<ShortRanges> {
  const { cache, clock } = rooms
  const warmer = createWarmer(cache, {
    tasks: () => shortRangeTasks(rooms),
    // One at a time: nobody waits for these.
    concurrency: 1,
    schedule: { every: AGAIN_EVERY },
    clock,
  })
  let isWanted = (await store.get(KEY, { schema: z.boolean() })) ?? true
  let isStarted = false
  let isClosed = false
  let cancelSoon: (() => void) | undefined
  const begin = (): void => {
    if (!isWanted || !isStarted) return
    warmer.start()
    void warmer.run()
  }
  const stopListening = cache.on('invalidate', () => {
    cancelSoon?.()
    cancelSoon = clock.schedule(AFTER_INVALIDATION_MS, begin)
  })
  return {
    isKeptWarm: () => isWanted,
    async keepWarm(wanted) {
      await store.set(KEY, wanted)
      isWanted = wanted
      if (wanted) begin()
      else {
        warmer.stop()
        warmer.cancel()
      }
    },
    start() {
      isStarted = !isClosed
      begin()
    },
    async close() {
      isStarted = false
      isClosed = true
      stopListening()
      cancelSoon?.()
      await warmer.close()
    },
  }
}
