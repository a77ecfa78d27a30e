/** Errors that end a command, and what becomes of all others: one line for the user, one exit code for scripts. */
import { ConfigError, messageOf, UsageError } from '@stowage/core'
import { EXIT_CODES, type ExitCode } from './exit-codes.ts'

/** Ends the command with a message and a code. */
export class Failure extends Error {
  readonly exitCode: ExitCode

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

export function exitCodeOf(thrown: unknown): ExitCode {
  if (thrown instanceof Failure) return thrown.exitCode
  if (thrown instanceof ConfigError || thrown instanceof UsageError) return EXIT_CODES.usage
  return EXIT_CODES.failed
}

/** Of several failures, all. */
export function failureText(thrown: unknown): string {
  return thrown instanceof AggregateError ? thrown.errors.map(messageOf).join('; ') : messageOf(thrown)
}
