/** One call of the program: arguments in, exit code out. Whatever happens is told in one line on stderr. */
import { describe, UsageError } from '@stowage/core'
import { CommanderError } from 'commander'
import { EXIT_CODES, type ExitCode } from './exit-codes.ts'
import { exitCodeOf, failureText } from './failure.ts'
import { createProgram } from './program.ts'
import { clearProgress } from './progress-line.ts'
import { styled, told } from './terminal.ts'

/** @param args without node and the script. */
export async function runCommand(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODES.done
  const program = createProgram((code) => {
    exitCode = code
  })
  try {
    // Commander would take those of the process in their place.
    if (!Array.isArray(args)) throw new UsageError(`args: ${describe(args)} is not allowed; allowed: an array of texts`)
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (thrown) {
    // Commander has written what it has to say.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage
    clearProgress()
    process.stderr.write(`${styled(process.stderr, ['red', 'bold'], 'stowage:')} ${told(failureText(thrown))}\n`)
    return exitCodeOf(thrown)
  }
}
