/** Regression: a listener or loader that threw a revoked proxy failed the call with a TypeError of the cache's own looking at it; `set` did for such a value. */
import { type CacheEvents, createCache, StowageError, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** What a call fails with; nothing that would ask the value for anything, as `rejects` would. */
async function failureOf(call: Promise<unknown>): Promise<{ readonly thrown: unknown }> {
  return call.then(
    () => ({ thrown: 'nothing' }),
    (thrown: unknown) => ({ thrown }),
  )
}

const cacheOf = () =>
  createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1h', clock: createFakeClock() })

test('is no error of ours', () => {
  expect(revoked() instanceof StowageError).toBe(false)
})

test.each(['lookup', 'write'] as const)(
  'a %s listener that throws it is a fault, and the calls go on',
  async (name) => {
    const cache = cacheOf()
    const faults: CacheEvents['fault'][] = []
    cache.on('fault', (fault) => faults.push(fault))
    cache.on(name, () => {
      throw revoked()
    })
    expect(await cache.set('key', 1)).toEqual({ outcome: 'stored' })
    expect(await cache.get('key')).toBe(1)
    expect(faults.map(({ operation }) => operation)).toEqual(['listener'])
  },
)

test('a loader’s passes untouched, and is counted', async () => {
  const cache = cacheOf()
  const own = revoked()
  const loading = cache.getOrSet('key', () => {
    throw own
  })
  expect((await failureOf(loading)).thrown === own).toBe(true)
  expect(cache.stats()).toMatchObject({ loadFailures: 1, queues: { loads: 0 } })
})

test('a backend may throw it', async () => {
  const { backend, cache } = faultyCache({ holds: 'values' })
  backend.inject('get', { kind: 'throw', error: revoked() })
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'fault' })
})

const unreadable = {
  // biome-ignore lint/suspicious/noThenProperty: what throws when it is read
  get then() {
    throw new Error('not now')
  },
}

test.each([
  ['a revoked proxy', revoked],
  ['a `then` that throws when it is read', () => unreadable],
])('as a value it is refused by name: %s', async (_, value) => {
  const cache = cacheOf()
  const said = /cannot be looked at cannot be stored \(key 'key'\)/
  const calls = [
    () => cache.set('key', value()),
    () => cache.add('key', value()),
    () => cache.setMany([['key', value()]]),
  ]
  for (const call of calls) {
    await expect(call()).rejects.toThrow(UsageError)
    await expect(call()).rejects.toThrow(said)
  }
})
