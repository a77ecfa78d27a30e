/** What was given for something with methods, looked at before it is used: typed callers give the right thing, others give anything. */
import { type Clock, ConfigError, describe } from '@stowage/core'

/** @throws ConfigError */
export function requireClock(clock: Clock): void {
  if (hasMethods(clock, ['nowMs', 'schedule'])) return
  throw new ConfigError(`clock: ${describe(clock)} is not a clock; allowed: an object with nowMs and schedule`)
}

/** @throws ConfigError naming the option */
export function requireFunction(option: string, given: unknown): void {
  if (typeof given === 'function') return
  throw new ConfigError(`${option}: ${describe(given)} is not allowed; allowed: a function`)
}

export function hasMethods(given: unknown, names: readonly string[]): boolean {
  return (
    typeof given === 'object' && given !== null && names.every((name) => typeof Reflect.get(given, name) === 'function')
  )
}
