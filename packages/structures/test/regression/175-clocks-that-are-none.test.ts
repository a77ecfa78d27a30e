/** Regression: what is no clock was taken, and ended the first call in a bare TypeError. */
import { memoryBackend } from '@stowage/memory'
import { createCounter, createIndex, createLock, createQueue } from '@stowage/structures'
import { expect, test } from 'vitest'

test.each<[string, (...args: never[]) => unknown, object]>([
  ['createCounter', createCounter, {}],
  ['createIndex', createIndex, {}],
  ['createLock', createLock, { ttl: '1m' }],
  ['createQueue', createQueue, {}],
])('%s refuses it by name', (_, create, options) => {
  const backend = memoryBackend({ maxEntries: 1 })
  const attempt = (): unknown => Reflect.apply(create, undefined, [backend, 'name', { ...options, clock: 5 }])
  expect(attempt).toThrow('clock: 5 is not a clock; allowed: an object with nowMs and schedule')
})
