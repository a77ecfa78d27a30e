/**
 * Looking at everything that is stored, shard after shard (docs/contract.md, B28): whether each file is what was written for its
 * key, whether the figures of the shard agree with what is there, and whether anything lies about that belongs to no entry.
 *
 * The figures are compared within the lock, with nothing going on; the files are read outside it, and one that looks
 * damaged is looked at once more within it, as it may have been written in that moment. Reading is no use: no times are changed.
 */
import { type CheckReport, yieldToLoop } from '@stowage/core'
import { clearForFolder } from './bookkeeping-file.ts'
import { FOREIGN_FILE, readHead } from './entry-reading.ts'
import { takeOutDamaged } from './entry-steps.ts'
import type { Turn } from './holding.ts'
import { inventoryOf, straysIn } from './inventory.ts'
import { SHARD_COUNT } from './layout.ts'
import { clearUp, ensureSure, recount } from './recount.ts'
import { removeAnything } from './replacing.ts'
import { Slice } from './slice.ts'
import { examined, isStillUnsound } from './soundness.ts'
import type { Store } from './store.ts'
import { entriesIn } from './walking.ts'

type Findings = { -readonly [Field in keyof CheckReport]: number }

export async function* checkStore(store: Store, repair: boolean, nowMs: number): AsyncGenerator<CheckReport> {
  const { sections, layout } = store
  sections.requireOpen()
  yield await sections.run(undefined, nowMs, () => {
    const findings = noFindings()
    if (repair) clearForFolder(layout.entries)
    clearAway(straysIn(layout), findings, repair)
    return findings
  })
  for (let shard = 0; shard < SHARD_COUNT; shard++) {
    await yieldToLoop()
    const findings = await sections.run(shard, nowMs, (turn) => compare(store, turn, shard, repair))
    const slice = new Slice()
    for (const path of entriesIn(layout, shard)) {
      if (slice.isOver) {
        await yieldToLoop()
        slice.begin()
      }
      const found = await examined(store, path)
      if (found === undefined) continue
      if (found.isSound) {
        findings.entries++
        findings.bytes += found.bytes
        continue
      }
      const torn = await sections.run(shard, nowMs, (turn) => {
        const isTorn = isStillUnsound(store, path, found)
        return { isTorn, isRepaired: isTorn && repair && takeOutTorn(store, turn, shard, path) }
      })
      if (torn.isTorn) findings.torn++
      if (torn.isRepaired) findings.repaired++
    }
    yield findings
  }
}

function compare(store: Store, turn: Turn, shard: number, repair: boolean): Findings {
  const { counts } = turn
  const findings = noFindings()
  if (repair) ensureSure(store, turn, shard)
  const { count, orphans } = inventoryOf(store.layout, shard)
  const noted = counts.of(shard)
  // Figures in doubt are no claim.
  const isWrong =
    counts.isSure(shard) &&
    (noted.entryCount !== count.entryCount ||
      noted.entryBytes !== count.entryBytes ||
      noted.tempBytes !== count.tempBytes)
  if (isWrong) findings.wrong++
  clearAway(orphans, findings, repair)
  if (repair && (isWrong || orphans.length > 0)) {
    clearUp(store, store.layout.shardFolder(shard))
    counts.settle(shard, recount(store, shard))
    if (isWrong) findings.repaired++
  }
  return findings
}

function clearAway(orphans: readonly string[], findings: Findings, repair: boolean): void {
  findings.orphans += orphans.length
  if (!repair) return
  for (const path of orphans) removeAnything(path)
  findings.repaired += orphans.length
}

function takeOutTorn(store: Store, turn: Turn, shard: number, path: string): boolean {
  const head = readHead(path)
  const key = head === undefined || head === FOREIGN_FILE ? undefined : head.key
  if (!takeOutDamaged(store, turn, { shard, path })) return false
  if (key !== undefined) turn.removed(key, 'undecodable')
  return true
}

function noFindings(): Findings {
  return { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }
}
