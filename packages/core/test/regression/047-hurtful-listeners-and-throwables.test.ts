// A listener that stopped and listened anew was told of one event for ever; what has no text, thrown by a backend or a listener, failed the call.
import { type CacheEvents, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test('who listens anew hears of what comes after', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  let heardCount = 0
  const listen = () => {
    const stop = cache.on('lookup', () => {
      stop()
      if (++heardCount < 100) listen()
    })
  }
  listen()
  await cache.get('key')
  expect(heardCount).toBe(1)
  await cache.get('key')
  expect(heardCount).toBe(2)
})

const textless: unknown = Object.create(null)

test('a backend may throw anything', async () => {
  const { backend, cache } = faultyCache({ holds: 'values' })
  backend.inject('get', { kind: 'throw', error: textless })
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'fault' })
  expect(await cache.getOrSet('key', () => 'loaded')).toBe('loaded')
})

test.each<[string, () => unknown]>([
  [
    'throw',
    () => {
      throw textless
    },
  ],
  ['reject with', () => Promise.reject(textless)],
])('so may listeners %s it', async (_, listener) => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const faults: CacheEvents['fault'][] = []
  cache.on('fault', (fault) => faults.push(fault))
  cache.on('lookup', listener)
  expect(await cache.get('key')).toBeUndefined()
  await turn()
  expect(faults).toMatchObject([{ operation: 'listener', error: { cause: textless } }])
})
