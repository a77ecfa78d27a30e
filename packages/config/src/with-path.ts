/** Errors of those who know nothing of settings, with where in them the option stands. */
import { ConfigError } from '@stowage/core'

export function withPath(at: string, thrown: unknown): unknown {
  if (!(thrown instanceof ConfigError) || thrown.message.startsWith(at)) return thrown
  return new ConfigError(`${at}.${thrown.message}`, { cause: thrown })
}
