/** `stowage stats`: what a store holds, looked at once or again and again. */
import { setTimeout } from 'node:timers/promises'
import type { Usage } from '@stowage/core'
import { type Command, InvalidArgumentError } from 'commander'
import { bytesText, countText } from '../amounts.ts'
import { censusText, takeCensus } from '../census.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { isStillThere } from '../store-target.ts'
import { shown, writeJson, writeLine } from '../terminal.ts'
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
    .option('--watch', 'how much, again and again, and how it changes')
    .option('--interval <seconds>', 'how often --watch looks', secondsOption, 2)
  withJson(command, 'as JSON; with --watch one line for each look').action(
    async (store: string, options: StatsOptions) => {
      await visit(store, options, (visited) => (options.watch ? watch(visited, options) : tellOnce(visited, options)))
    },
  )
}

function secondsOption(text: string): number {
  const seconds = Number(text)
  if (seconds >= 0.1 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('allowed: seconds from 0.1 to 86400')
}

async function tellOnce(visited: Visit, options: StatsOptions): Promise<void> {
  const { target, backend } = visited
  const { entryCount, sizeBytes } = await backend.usage(Date.now())
  const header = { store: target.label, backend: backend.name, entryCount, sizeBytes }
  const census = options.quick ? undefined : await takeCensus(visited)
  if (options.json) return writeJson({ ...header, ...census })
  await writeLine(`${shown('bold', target.label)}  ${shown('dim', backend.name)}`)
  await writeLine()
  await writeLine(`  ${countText(entryCount)} entries, ${bytesText(sizeBytes)}, with what is yet to be reclaimed`)
  if (census !== undefined) await writeLine(censusText(census))
}

/** Ends with Ctrl-C, which is how one leaves it and no failure; or when the store is gone. */
async function watch({ backend, target, signal }: Visit, { json, interval }: StatsOptions): Promise<void> {
  let former: Usage | undefined
  while (!signal.aborted) {
    if (!isStillThere(target)) throw new Failure(EXIT_CODES.noStore, `${target.label} is gone`)
    const usage = await backend.usage(Date.now())
    const { entryCount, sizeBytes } = usage
    const look = {
      atMs: Date.now(),
      entryCount,
      sizeBytes,
      entryChange: entryCount - (former?.entryCount ?? entryCount),
    }
    await (json ? writeJson(look) : writeLine(lookText(look, sizeBytes - (former?.sizeBytes ?? sizeBytes))))
    former = usage
    await setTimeout(interval * 1_000, undefined, { signal }).catch(() => undefined)
  }
}

interface Look {
  readonly atMs: number
  readonly entryCount: number
  readonly sizeBytes: number
  readonly entryChange: number
}

function lookText({ atMs, entryCount, sizeBytes, entryChange }: Look, byteChange: number): string {
  const time = new Date(atMs).toTimeString().slice(0, 8)
  const change = `${signOf(entryChange)}${countText(Math.abs(entryChange))} entries, ${signOf(byteChange)}${bytesText(Math.abs(byteChange))}`
  return `${shown('dim', time)}  ${countText(entryCount).padStart(12)} entries  ${bytesText(sizeBytes).padStart(9)}  ${shown('dim', change)}`
}

function signOf(change: number): string {
  return change < 0 ? '-' : '+'
}
