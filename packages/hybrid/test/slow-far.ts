/** A far tier whose invalidations fail or are late, each as told, for tests of what waits for them. */
import type { InvalidationTarget } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'

/** @param courseOf how the invalidation of this number, from 1 on, goes; late ones end when `late` is resolved. */
export function slowFar(courseOf: (number: number) => 'fails' | 'late' | 'at once') {
  const far = new ReferenceBackend({ holds: 'bytes' })
  const forget = far.invalidate.bind(far)
  const late = Promise.withResolvers<void>()
  let count = 0
  const invalidate = async (target: InvalidationTarget): Promise<void> => {
    const course = courseOf(++count)
    if (course === 'fails') throw new Error('the line is cut')
    if (course === 'late') await late.promise
    forget(target)
  }
  return { far: Object.assign(far, { invalidate }), late }
}
