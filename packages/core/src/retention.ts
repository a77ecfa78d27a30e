/** Counts the caches attached to a backend: several may share one, and the last to close closes it. */
import type { Backend } from './backend.ts'
import { ConfigError } from './errors.ts'

const attachedCounts = new WeakMap<Backend, number>()

/** Backends that the last cache on them has closed. */
const closed = new WeakSet<Backend>()

/** @throws ConfigError when the backend has been closed. */
export function retain(backend: Backend): void {
  if (closed.has(backend)) {
    throw new ConfigError(`backend: ${backend.name} has been closed with the last cache on it; allowed: a new backend`)
  }
  attachedCounts.set(backend, (attachedCounts.get(backend) ?? 0) + 1)
}

/** @returns true when nobody is attached any more. */
export function release(backend: Backend): boolean {
  const left = (attachedCounts.get(backend) ?? 1) - 1
  attachedCounts.set(backend, left)
  if (left === 0) closed.add(backend)
  return left === 0
}
