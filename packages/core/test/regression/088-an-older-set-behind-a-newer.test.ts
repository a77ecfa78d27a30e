// A set that waited until deletions that had failed were tried again came after a newer set of its key, as that found its own deletion done.
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('a set that waited is not behind a newer one of its key', async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend(), clock)
  const slow = Promise.withResolvers<void>()
  let isDown = true
  const backend: Backend = {
    ...inner,
    delete: async (key, nowMs, lease) => {
      if (isDown) throw new Error('down')
      if (key === 'slow') await slow.promise
      return inner.delete(key, nowMs, lease)
    },
  }
  const cache = createCache({ backend, ttl: '1h', clock })
  for (const key of ['key', 'other', 'slow']) await expect(cache.delete(key)).rejects.toThrow('down')
  isDown = false
  const setting = Promise.all([cache.set('key', 'older'), cache.set('other', 'only')])
  await new Promise(setImmediate)
  await cache.set('key', 'newer')
  slow.resolve()
  expect(await setting).toEqual([{ outcome: 'refused', reason: 'fault' }, { outcome: 'stored' }])
  expect(await cache.get('key')).toBe('newer')
  expect(await cache.get('other')).toBe('only')
  await cache.close()
})
