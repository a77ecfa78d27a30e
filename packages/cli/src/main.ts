#!/usr/bin/env node
/** The program `stowage`. */
import { EXIT_CODES } from './exit-codes.ts'
import { runCommand } from './run-command.ts'

// Progress and failures that nobody reads keep no command from its end: the exit code tells. It may be the last word that is not read.
process.stderr.on('error', (thrown: unknown) => {
  if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE')) throw thrown
})
// `stowage keys cache.db | head` ends when head has enough, without a word. It stays: what help has written fails when all is done.
process.stdout.on('error', (thrown: NodeJS.ErrnoException) => {
  if (thrown.code === 'EPIPE') process.exit(EXIT_CODES.done)
  process.stderr.write(`stowage: cannot write: ${thrown.message}\n`)
  process.exit(EXIT_CODES.failed)
})
process.exitCode = await runCommand(process.argv.slice(2))
