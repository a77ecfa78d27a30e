/**
 * Who waits for whom. Loads and atomic steps are work that others wait for; what runs inside a piece of work is known by an
 * AsyncLocalStorage, and what it waits for is an edge. A wait that would close a circle is refused: it would never end.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, UsageError } from './errors.ts'

/** A load or a step on one key, while it goes on. */
export interface Work {
  readonly key: string
  /** Its waits of now, by itself or in its name; several may be for the same work, and end one by one. */
  readonly waits: Set<Wait>
  /** Nobody waits for it any more; what it has left running is no part of it. */
  isOver: boolean
}

interface Wait {
  readonly goal: Work
}

export const workScope: AsyncLocalStorage<readonly Work[]> = new AsyncLocalStorage()

/** The work that runs here. */
export function ownWork(): readonly Work[] {
  const own = workScope.getStore()
  return own === undefined ? NONE : own.filter(({ isOver }) => !isOver)
}

const NONE: readonly Work[] = []

/** Waits in the name of the work that runs here. @throws UsageError when `goal` waits for that work itself */
export async function waiting<T>(operation: string, goal: Work, wait: () => Promise<T>): Promise<T> {
  const own = ownWork()
  if (own.length === 0) return wait()
  requireNoCircle(operation, goal, own)
  const going: Wait = { goal }
  for (const self of own) self.waits.add(going)
  try {
    return await wait()
  } finally {
    for (const self of own) self.waits.delete(going)
  }
}

/** @throws UsageError when `goal` waits for any of `own`, directly or through others. */
function requireNoCircle(operation: string, goal: Work, own: readonly Work[]): void {
  const self = own.find((each) => waitsFor(goal, each))
  if (self === undefined) return
  throw new UsageError(`${operation}: ${describe(self.key)} waits for itself through ${describe(goal.key)}`)
}

function waitsFor(work: Work, target: Work): boolean {
  const seen = new Set([work])
  for (const next of seen) {
    if (next === target) return true
    if (!next.isOver) for (const { goal } of next.waits) seen.add(goal)
  }
  return false
}
