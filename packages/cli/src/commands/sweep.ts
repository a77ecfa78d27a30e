/** `stowage sweep`: the space of what has expired or was invalidated, given back now and not by and by. */
import type { Command } from 'commander'
import { countText } from '../amounts.ts'
import { progressLine } from '../progress-line.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { writeJson, writeLine } from '../terminal.ts'
import { visit } from '../visit.ts'

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
        const report = await backend.sweep(Date.now())
        sum.expired += report.expired
        sum.invalidated += report.invalidated
        done = report.done
        progress.show(() => `${countText(sum.expired + sum.invalidated)} entries reclaimed`)
      }
      progress.clear()
      const text = `reclaimed ${countText(sum.expired)} expired and ${countText(sum.invalidated)} invalidated entries`
      await (options.json ? writeJson(sum) : writeLine(text))
    })
  })
}
