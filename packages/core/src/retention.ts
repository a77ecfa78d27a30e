/** Counts the caches attached to a backend: several may share one, and the last to close closes it. */
import type { Backend } from './backend.ts'

const attachedCounts = new WeakMap<Backend, number>()

export function retain(backend: Backend): void {
  attachedCounts.set(backend, (attachedCounts.get(backend) ?? 0) + 1)
}

/** @returns true when nobody is attached any more. */
export function release(backend: Backend): boolean {
  const left = (attachedCounts.get(backend) ?? 1) - 1
  attachedCounts.set(backend, left)
  return left === 0
}
