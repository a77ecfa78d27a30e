/** A function that is called when its time has come: too late to say that it is none. */
import { ConfigError, describe } from '@stowage/core'

/** @throws ConfigError naming the argument */
export function requireFunction(argument: string, given: unknown): void {
  if (typeof given === 'function') return
  throw new ConfigError(`${argument}: ${describe(given)} is not a function; allowed: a function`)
}
