// An invalidation or deletion that failed was told to no listener, though it was in force here from then on: copies held elsewhere were kept.
import { BackendError } from '@stowage/core'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test('each is told once, when it fails, and not again when it comes through', async () => {
  const { clock, backend, cache } = faultyCache({ holds: 'values' })
  const told: unknown[] = []
  cache.on('invalidate', (event) => told.push(event))
  cache.on('delete', (event) => told.push(event))
  await cache.set('key', 'value')
  for (const operation of ['invalidate', 'delete'] as const)
    backend.inject(operation, { kind: 'reject', error: new Error('down') })
  await expect(cache.invalidate({ tags: ['t'] })).rejects.toThrow(BackendError)
  await expect(cache.delete('key')).rejects.toThrow(BackendError)
  const events = [{ target: { tags: ['t'] } }, { key: 'key', existed: false }]
  expect(told).toEqual(events)
  expect(cache.stats()).toMatchObject({ deletes: 0, invalidations: 0, queues: { invalidations: 2 } })
  backend.heal()
  clock.advanceMs(10_000)
  await turn()
  expect(cache.stats().queues.invalidations).toBe(0)
  expect(told).toEqual(events)
})
