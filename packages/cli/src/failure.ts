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

/** SQLite's words for a file that opens and cannot be read through. */
const DAMAGED = /malformed|not a database/

/** What becomes of such a file: nobody can mend it, and everything in it can be had again. */
export const BEGIN_ANEW = 'move the file away: a service that starts begins a new one'

export function isDamage(text: string): boolean {
  return DAMAGED.test(text)
}

/** Of several failures, all; with what to do about a damaged file. */
export function failureText(thrown: unknown): string {
  const text = thrown instanceof AggregateError ? thrown.errors.map(messageOf).join('; ') : messageOf(thrown)
  return isDamage(text) ? `${text}; ${BEGIN_ANEW}` : text
}
