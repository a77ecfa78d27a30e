#!/usr/bin/env node
/** The program `stowage`. */
import { runCommand } from './run-command.ts'

// Progress and failures that nobody reads keep no command from its end: the exit code tells. It may be the last word that is not read.
process.stderr.on('error', (thrown: unknown) => {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE')) throw thrown
})
process.exitCode = await runCommand(process.argv.slice(2))
