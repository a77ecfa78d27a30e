/** `stowage check`: whether what is stored is what was written, and the books agree with it. */
import type { Command } from 'commander'
import { bytesText, countText } from '../amounts.ts'
import { confirmed } from '../confirmation.ts'
import { examined, type Sum } from '../examination.ts'
import { EXIT_CODES, type Exit } from '../exit-codes.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { shown, table, writeJson, writeLine } from '../terminal.ts'
import { visit } from '../visit.ts'

interface CheckOptions extends StoreOptions {
  readonly repair?: true
  readonly yes?: true
}

export function addCheck(program: Command, exit: Exit): void {
  const command = program.command('check').summary('look for damage')
  withStore(command)
    .description(
      'Look at everything that is stored, in small steps: whether it is what was written, and whether the books agree with it.',
    )
    .option('--repair', 'take out what is damaged or belongs to nothing, and put the books right')
    .option('-y, --yes', 'do not ask')
  withJson(command).action(async (store: string, options: CheckOptions) => {
    await visit(store, options, async (visited) => {
      const isRepair = options.repair === true
      if (isRepair) await confirmed(`Take out of ${visited.target.label} what is damaged?`, options.yes, visited.signal)
      const { sum } = await examined(visited, { isRepair })
      const faults = sum.torn + sum.wrong + sum.orphans
      if (faults > sum.repaired) exit(EXIT_CODES.no)
      await (options.json ? writeJson(sum) : writeLine(textOf(sum, isRepair)))
    })
  })
}

function textOf(sum: Sum, isRepair: boolean): string {
  const faults = sum.torn + sum.wrong + sum.orphans
  const fault = (count: number) => (count === 0 ? countText(count) : shown('red', countText(count)))
  const rows = [
    ['sound entries', countText(sum.entries), bytesText(sum.bytes)],
    ['torn', fault(sum.torn), 'entries whose bytes are not what was written'],
    ['wrong', fault(sum.wrong), 'figures in the books that do not agree with what is there'],
    ['orphans', fault(sum.orphans), 'things that belong to no entry'],
    ...(isRepair ? [['repaired', countText(sum.repaired), '']] : []),
  ]
  const left = faults - sum.repaired
  const verdict =
    left > 0
      ? shown('red', isRepair ? `${countText(left)} could not be repaired` : 'not in order: --repair takes it out')
      : shown('green', 'in order')
  return `${table(rows, [1])}\n\n  ${verdict}`
}
