/** `stowage sweep`: the space of what has expired or was invalidated, given back now and not by and by. */
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { countText, entriesText } from '../amounts.ts'
import { progressLine } from '../progress-line.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { sweepInTurns } from '../sweep-turns.ts'
import { writeJson, writeLine } from '../terminal.ts'
import { visit } from '../visit.ts'

export function addSweep(program: Command): void {
  const command = program.command('sweep').summary('reclaim what has expired or was invalidated')
  withStore(command).description(
    'Reclaim what has expired or was invalidated. A service does that by itself, once a minute.',
  )
  withJson(command).action(async (store: string, options: StoreOptions) => {
    await visit(store, options, async ({ backend, signal }) => {
      const progress = progressLine()
      // Whether it was ended meanwhile is looked at before the next step.
      const rest = (lengthMs: number) => setTimeout(lengthMs, undefined, { signal }).catch(() => undefined)
      const sum = await sweepInTurns(backend, signal, rest, (count) =>
        progress.show(() => `${entriesText(count)} reclaimed`),
      )
      progress.clear()
      const text = `reclaimed ${countText(sum.expired)} expired and ${countText(sum.invalidated)} invalidated entries`
      await (options.json ? writeJson(sum) : writeLine(text))
    })
  })
}
