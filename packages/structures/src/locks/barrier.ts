/** A function that runs one call at a time, in all processes together, in the order in which they were made. */

import type { Backend } from '@stowage/core'
import { requireFunction } from '@stowage/core'
import type { Permit } from './permit.ts'
import { createLock, type LockOptions } from './semaphore.ts'

/**
 * Not reentrant: a call that `work` makes and waits for would wait for ever.
 *
 * @param work is given the permit first: its fencing token, and the signal that tells of its loss
 * @throws ConfigError for a backend that cannot keep a lock, a name that is none, or an option out of range
 */
export function barrier<Args extends readonly unknown[], Result>(
  backend: Backend,
  name: string,
  work: (permit: Permit, ...args: Args) => Result | Promise<Result>,
  options: LockOptions = {},
): (...args: Args) => Promise<Result> {
  requireFunction('barrier: work', work)
  const lock = createLock(backend, name, options)
  return (...args) => lock.run((permit) => work(permit, ...args))
}
