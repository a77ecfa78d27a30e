/**
 * Figures that are not known, since their file was lost or a process died in the middle of a step, are counted anew behind: one
 * shard at a time, each in a step of its own, while everything else goes on. It keeps no process alive.
 */
import { existsSync } from 'node:fs'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import type { Turn } from './holding.ts'
import { SHARD_COUNT } from './layout.ts'
import { ensureSure } from './recount.ts'
import type { Store } from './store.ts'

/** Shards that have no folder have nothing in them: those of a new cache, above all. */
export function settleEmpty({ layout }: Pick<Store, 'layout'>, { counts }: Turn): void {
  if (counts.doubtful() === undefined) return
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    if (!counts.isSure(shard) && !existsSync(layout.shardFolder(shard))) {
      counts.settle(shard, { entryCount: 0, entryBytes: 0, tempBytes: 0 })
    }
  }
}

/** Between two attempts while others have the lock. */
const PAUSE_MS = 5

/** Counts in the background until nothing is in doubt. Where the disk fails it leaves that to whoever needs the figures. */
export function rebuild(store: Store): void {
  const { sections, counts } = store
  const step = async (): Promise<void> => {
    while (sections.isOpen) {
      let isLeft = true
      const wasFree = sections.runIfFree(0, (turn) => {
        const shard = counts.doubtful()
        if (shard === undefined) isLeft = false
        else ensureSure(store, turn, shard)
      })
      if (!isLeft) return
      await (wasFree ? nextTurn(undefined, { ref: false }) : delay(PAUSE_MS, undefined, { ref: false }))
    }
  }
  setImmediate(() => void Promise.allSettled([step()])).unref()
}
