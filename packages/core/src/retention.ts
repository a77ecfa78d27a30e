/**
 * A backend belongs to all caches made on it: the last one to close closes it. They share its entries too, so that what one
 * takes for left over by another version must not be another's own.
 */
import type { Backend } from './backend.ts'
import { ConfigError } from './errors.ts'

const versionsByBackend = new WeakMap<Backend, (string | undefined)[]>()

/** Backends that the last cache on them has closed. */
const closed = new WeakSet<Backend>()

/** Takes a share in the backend. @throws ConfigError when it has been closed */
export function retain(backend: Backend, version: string | undefined): void {
  if (closed.has(backend)) {
    throw new ConfigError(`backend: ${backend.name} has been closed with the last cache on it; allowed: a new backend`)
  }
  versionsByBackend.set(backend, [...(versionsByBackend.get(backend) ?? []), version])
}

/** Gives a share back. @returns whether it was the last one */
export function release(backend: Backend, version: string | undefined): boolean {
  const versions = versionsByBackend.get(backend) ?? []
  const left = versions.filter((_, at) => at !== versions.indexOf(version))
  versionsByBackend.set(backend, left)
  if (left.length === 0) closed.add(backend)
  return left.length === 0
}

/** Whether a cache of this process writes entries of this version. */
export function isOfSomebody(backend: Backend, version: string | undefined): boolean {
  return versionsByBackend.get(backend)?.includes(version) === true
}
