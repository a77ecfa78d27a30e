/** The program: its commands, in the order in which they are listed, and what holds for all of them. */
import { Command, Help, type Option } from 'commander'
import { addBench } from './commands/bench.ts'
import { addCheck } from './commands/check.ts'
import { addDelete } from './commands/delete.ts'
import { addDoctor } from './commands/doctor.ts'
import { addExport } from './commands/export.ts'
import { addGet } from './commands/get.ts'
import { addHelp } from './commands/help.ts'
import { addImport } from './commands/import.ts'
import { addInvalidate } from './commands/invalidate.ts'
import { addKeys } from './commands/keys.ts'
import { addSet } from './commands/set.ts'
import { addSize } from './commands/size.ts'
import { addStats } from './commands/stats.ts'
import { addStructures } from './commands/structures.ts'
import { addSweep } from './commands/sweep.ts'
import { addWarm } from './commands/warm.ts'
import { EXIT_CODE_TEXT, type Exit } from './exit-codes.ts'
import { STORE_TEXT } from './store-options.ts'
import { told } from './terminal.ts'
import { version } from './version.ts'

const HELP_WIDTH = 100
const COMMANDS = [
  addStats,
  addKeys,
  addGet,
  addSet,
  addDelete,
  addInvalidate,
  addCheck,
  addSweep,
  addStructures,
  addExport,
  addImport,
  addDoctor,
  addWarm,
  addBench,
  addSize,
  addHelp,
] as const

export function createProgram(exit: Exit): Command {
  const program = new Command('stowage')
    .description('Look at caches, look after them, move them.')
    .usage('<command> [options]')
    .version(version(), '-V, --version', 'print the version')
    .addHelpText('after', `\n${STORE_TEXT}\n\n${EXIT_CODE_TEXT}`)
  for (const add of COMMANDS) add(program, exit)
  for (const command of [program, ...program.commands]) {
    command.exitOverride().showHelpAfterError(`(see: ${nameOf(command)} --help)`)
    command.configureOutput({ outputError: (text, write) => write(told(text)) })
    command.configureHelp({ helpWidth: HELP_WIDTH, optionDescription })
  }
  return program
}

/** Commander's own, without the default of what may be given several times. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(' (default: [])', '')
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${command.parent.name()} ${command.name()}`
}
