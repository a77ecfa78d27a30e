/** The `signal` of an operation that may take long. */
import { ConfigError, describe } from '@stowage/core'

/** @throws ConfigError when it is none, naming the operation */
export function requireSignal(operation: string, signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return
  throw new ConfigError(`${operation}: signal: ${describe(signal)} is not a signal; allowed: an AbortSignal`)
}
