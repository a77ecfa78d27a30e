/** `stowage structures`: the queues, indexes, locks and limits that services keep in a store beside a cache. */
import { checkStructures, listStructures, type StructureCheck, type StructureSummary } from '@stowage/structures'
import type { Command } from 'commander'
import { countText } from '../amounts.ts'
import { confirmed } from '../confirmation.ts'
import { EXIT_CODES, type Exit } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { structureText } from '../structure-text.ts'
import { harmless, shown, table, writeJson, writeLine } from '../terminal.ts'
import { type Visit, visit } from '../visit.ts'

interface StructuresOptions extends StoreOptions {
  readonly check?: true
  readonly repair?: true
  readonly yes?: true
}

export function addStructures(program: Command, exit: Exit): void {
  const command = program.command('structures').summary('queues, indexes, locks and limits beside the cache')
  withStore(command)
    .description(
      'The queues, indexes, locks and limits that services keep beside the cache, and what is ready, waiting, held or dead in each.',
    )
    .option('--check', 'look at every record instead: whether it is what was written, and at its place')
    .option('--repair', 'as --check, and put right what can be without losing anything that may be wanted')
    .option('-y, --yes', 'do not ask')
  withJson(command, 'as JSON, one line for each structure').action(
    async (store: string, options: StructuresOptions) => {
      await visit(store, options, async (visited) => {
        if (visited.backend.spaces === undefined) {
          throw new Failure(
            EXIT_CODES.usage,
            `${visited.target.label}: an ${visited.backend.name} store has no structures`,
          )
        }
        await (options.check || options.repair ? check(visited, options, exit) : list(visited, options))
      })
    },
  )
}

async function list({ backend }: Visit, { json }: StructuresOptions): Promise<void> {
  const summaries = await listStructures(backend)
  if (json) for (const summary of summaries) await writeJson(summary)
  else if (summaries.length === 0) await writeLine('  none')
  else await writeLine(table(summaries.map(rowOf)))
}

function rowOf(summary: StructureSummary): string[] {
  const { kind, name } = summary
  const told = structureText(summary) ?? shown('red', 'cannot be read: see --check')
  return [shown('dim', kind), harmless(name), told]
}

async function check({ backend, target, signal }: Visit, options: StructuresOptions, exit: Exit): Promise<void> {
  const isRepair = options.repair === true
  if (isRepair) await confirmed(`Put right what is damaged in the structures of ${target.label}?`, options.yes, signal)
  const rows: string[][] = []
  let left = 0
  for await (const each of checkStructures(backend, { repair: isRepair })) {
    signal.throwIfAborted()
    left += faultsOf(each) - each.repaired
    if (options.json) await writeJson(each)
    else rows.push(checkRow(each))
  }
  if (left > 0) exit(EXIT_CODES.no)
  if (options.json) return
  if (rows.length > 0) await writeLine(`${table(rows, [2])}\n`)
  const again = isRepair
    ? `${countText(left)} left: to be judged by its owner`
    : 'not in order: --repair puts right what can be'
  await writeLine(`  ${left > 0 ? shown('red', again) : shown('green', 'in order')}`)
}

const FAULTS = ['torn', 'misplaced', 'unpaired', 'wrong'] as const

function faultsOf(found: StructureCheck): number {
  return FAULTS.reduce((sum, fault) => sum + found[fault], 0)
}

function checkRow(found: StructureCheck): string[] {
  const faults = FAULTS.filter((fault) => found[fault] > 0).map((fault) => `${countText(found[fault])} ${fault}`)
  if (found.repaired > 0) faults.push(`${countText(found.repaired)} put right`)
  const verdict = faults.length === 0 ? 'in order' : shown('red', faults.join(', '))
  return [shown('dim', found.kind), harmless(found.name), `${countText(found.records)} looked at`, verdict]
}
