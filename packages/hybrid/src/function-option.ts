/** A function that is called when its time has come: too late to say that it is none. */
import { ConfigError, describe } from '@stowage/core'

/** @throws ConfigError naming the option */
export function requireFunction(option: string, given: unknown): void {
  if (typeof given === 'function') return
  throw new ConfigError(`${option}: ${describe(given)} is not allowed; allowed: a function`)
}
