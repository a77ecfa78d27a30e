/** Checks on what is handed in: libraries, caches. */
import { ConfigError, describe, hasMethods } from '@stowage/core'

/** @throws ConfigError unless it has these methods. */
export function requireMethods(option: string, given: unknown, methods: readonly string[], allowed: string): void {
  if (hasMethods(given, methods)) return
  throw new ConfigError(`${option}: ${shown(given)} is not allowed; allowed: ${allowed}`)
}

/** @throws ConfigError unless it is an array of caches. */
export function requireCaches(given: unknown): void {
  const caches: readonly unknown[] = Array.isArray(given) ? given : [given]
  // By its place, as it may be undefined itself. An array of caches is none.
  const wrongAt = caches.findIndex((cache) => !hasMethods(cache, ['stats', 'usage', 'on']))
  if (Array.isArray(given) && wrongAt < 0) return
  const wrong = shown(caches[Math.max(0, wrongAt)])
  throw new ConfigError(`caches: ${wrong} is not allowed; allowed: an array of what createCache() returns`)
}

function shown(given: unknown): string {
  return typeof given === 'string' ? given : describe(given)
}
