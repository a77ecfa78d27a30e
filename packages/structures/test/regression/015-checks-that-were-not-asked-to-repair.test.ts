/** A check repaired for whatever `repair` was but false, and passed over what it did not know; what is no backend, no job, no change was a bare TypeError. */
import { StowageError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import {
  checkStructures,
  createAverager,
  createCounter,
  createIndex,
  createLock,
  createQueue,
  throttle,
} from '@stowage/structures'
import { expect, test } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })
const queue = createQueue<number>(backend, 'queue')
const index = createIndex<number>(backend, 'index')
const checked = {
  queue,
  index,
  lock: createLock(backend, 'lock'),
  throttle: throttle(backend, 'throttle', { limit: 1, per: '1s' }),
  counter: createCounter(backend, 'counter'),
  averager: createAverager(backend, 'averager'),
  all: { check: (options?: never) => Array.fromAsync(checkStructures(backend, options)) },
}
const NONE = 'none' as never

test.each(Object.entries(checked))('the check of %s', async (_, structure) => {
  await expect(structure.check({ repair: 'no' } as never)).rejects.toThrow(/check: repair: .* allowed: true, false/)
  await expect(structure.check({ repiar: true } as never)).rejects.toThrow(/check: unknown option 'repiar'/)
  await expect(structure.check({ repair: false } as never)).resolves.toBeDefined()
})

test.each<[string, RegExp, () => unknown]>([
  ['no backend', /queue: .* is not a backend/, () => createQueue(undefined as never, 'queue')],
  ['no jobs', /push: .* allowed: an array of jobs/, () => queue.pushMany(NONE)],
  ['a job that is none', /push: null is not an options object/, () => queue.pushMany([null as never])],
  ['a change that is none', /update: change: .* allowed: a function/, () => index.update('key', NONE)],
])('%s is refused by name', async (_, message, ask) => {
  const refused: unknown = await new Promise((resolve) => resolve(ask())).catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(StowageError)
  expect(String(refused)).toMatch(message)
})
