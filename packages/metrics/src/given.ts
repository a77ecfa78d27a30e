/** Checks on what is handed in: libraries, caches. */
import { ConfigError } from '@stowage/core'

/** @throws ConfigError unless it has these methods. */
export function requireMethods(option: string, given: unknown, methods: readonly string[], allowed: string): void {
  if (hasMethods(given, methods)) return
  throw new ConfigError(`${option}: ${shown(given)} is not allowed; allowed: ${allowed}`)
}

/** @throws ConfigError unless it is an array of caches. */
export function requireCaches(given: unknown): void {
  const caches: readonly unknown[] = Array.isArray(given) ? given : []
  const wrong = Array.isArray(given) ? caches.find((cache) => !hasMethods(cache, ['stats', 'usage', 'on'])) : given
  if (Array.isArray(given) && wrong === undefined) return
  throw new ConfigError(`caches: ${shown(wrong)} is not allowed; allowed: an array of what createCache() returns`)
}

function hasMethods(given: unknown, methods: readonly string[]): boolean {
  if (typeof given !== 'object' || given === null) return false
  return methods.every((method) => typeof Reflect.get(given, method) === 'function')
}

function shown(given: unknown): string {
  return typeof given === 'object' && given !== null ? 'an object' : String(given)
}
