/** `stowage sweep`: the space of what has expired or was invalidated, given back now and not by and by. */
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { countText, entriesText } from '../amounts.ts'
import { progressLine } from '../progress-line.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { writeJson, writeLine } from '../terminal.ts'
import { visit } from '../visit.ts'

/** Times a step's length, between two of them. */
const REST_SHARE = 3
const MOST_REST_MS = 2_000

export function addSweep(program: Command): void {
  const command = program.command('sweep').summary('reclaim what has expired or was invalidated')
  withStore(command).description(
    'Reclaim what has expired or was invalidated. A service does that by itself, once a minute.',
  )
  withJson(command).action(async (store: string, options: StoreOptions) => {
    await visit(store, options, async ({ backend, signal }) => {
      const sum = { expired: 0, invalidated: 0 }
      const progress = progressLine()
      for (let done = false; !done; ) {
        signal.throwIfAborted()
        const startedAtMs = performance.now()
        const report = await backend.sweep(Date.now())
        const tookMs = performance.now() - startedAtMs
        sum.expired += report.expired
        sum.invalidated += report.invalidated
        done = report.done
        progress.show(() => `${entriesText(sum.expired + sum.invalidated)} reclaimed`)
        // A step may hold the lock that services write under: it is theirs for longer than ours.
        if (!done)
          await setTimeout(Math.min(REST_SHARE * tookMs, MOST_REST_MS), undefined, { signal }).catch(() => undefined)
      }
      progress.clear()
      const text = `reclaimed ${countText(sum.expired)} expired and ${countText(sum.invalidated)} invalidated entries`
      await (options.json ? writeJson(sum) : writeLine(text))
    })
  })
}
