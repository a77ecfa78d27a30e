/** `stowage help`: commander's own answers a name that is no command's with the help of all, and does not say that there is none. */
import type { Command } from 'commander'

export function addHelp(program: Command): void {
  program
    .command('help')
    .description('as stowage <command> --help')
    .argument('[command]', 'whose help')
    .action((name?: string) => {
      const asked = name === undefined ? program : program.commands.find((each) => each.name() === name)
      if (asked === undefined) program.error(`error: unknown command '${name}'`)
      asked.help()
    })
}
