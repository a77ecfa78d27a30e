/** `stowage stats`: what a store holds, looked at once or again and again. */
import { setTimeout } from 'node:timers/promises'
import type { Usage } from '@stowage/core'
import type { Command } from 'commander'
import { bytesText, entriesText } from '../amounts.ts'
import { censusText, takeCensus } from '../census.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type Look, liveView } from '../live-view.ts'
import { secondsOption } from '../number-options.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { isStillThere } from '../store-target.ts'
import { harmless, shown, writeJson, writeLine } from '../terminal.ts'
import { type Visit, visit } from '../visit.ts'

interface StatsOptions extends StoreOptions {
  readonly quick?: true
  readonly watch?: true
  readonly interval: number
}

export function addStats(program: Command): void {
  const command = program.command('stats').summary('what a store holds')
  withStore(command)
    .description(
      'What a store holds: how much, how old, of which namespaces and tags. Goes through all keys, in small steps.',
    )
    .option('--quick', 'only how much: what the store has written down itself')
    .option('--watch', 'a live view: how much, again and again, and how it changes')
    .option('--interval <seconds>', 'how often --watch looks, or less where a look takes long', secondsOption, 2)
  withJson(command, 'as JSON; with --watch one line for each look').action(
    async (store: string, options: StatsOptions) => {
      if (!options.watch && command.getOptionValueSource('interval') === 'cli') {
        command.error('error: --interval means nothing without --watch; allowed: with it')
      }
      await visit(store, options, (visited) => (options.watch ? watch(visited, options) : tellOnce(visited, options)))
    },
  )
}

async function tellOnce(visited: Visit, options: StatsOptions): Promise<void> {
  const { target, backend } = visited
  const { entryCount, sizeBytes } = await backend.usage(Date.now())
  const header = { store: target.label, backend: backend.name, entryCount, sizeBytes }
  const census = options.quick ? undefined : await takeCensus(visited)
  if (options.json) return writeJson({ ...header, ...census })
  await writeLine(`${shown('bold', harmless(target.label))}  ${shown('dim', backend.name)}`)
  await writeLine()
  await writeLine(`  ${entriesText(entryCount)}, ${bytesText(sizeBytes)}, with what is yet to be reclaimed`)
  if (census !== undefined) await writeLine(censusText(census))
}

/** How much of the time a look may take: on a server it goes through all keys. */
const LOOKING_SHARE = 0.1

/** Ends with Ctrl-C, which is how one leaves it and no failure; or when the store is gone. */
async function watch({ backend, target, signal }: Visit, { json, interval }: StatsOptions): Promise<void> {
  const view = liveView(`${target.label}  ${backend.name}`)
  let former: Usage | undefined
  try {
    while (!signal.aborted) {
      if (!isStillThere(target)) throw new Failure(EXIT_CODES.noStore, `${target.label} is gone`)
      const startedAt = performance.now()
      const usage = await backend.usage(Date.now())
      const tookMs = performance.now() - startedAt
      const look = lookOf(usage, former ?? usage)
      await (json ? writeJson(look) : view.show(look))
      former = usage
      const pauseMs = Math.max(interval * 1_000, tookMs / LOOKING_SHARE)
      await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  } finally {
    await view.end()
  }
}

function lookOf({ entryCount, sizeBytes }: Usage, former: Usage): Look {
  return {
    atMs: Date.now(),
    entryCount,
    sizeBytes,
    entryChange: entryCount - former.entryCount,
    sizeChange: sizeBytes - former.sizeBytes,
  }
}
