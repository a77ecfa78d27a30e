/** A process that had read a miss, and got the lease only when another one had loaded and was done, loaded once more. */
import { type Backend, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('what another process loaded meanwhile is found, not loaded again', async () => {
  const clock = createFakeClock()
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const options = { ttl: '1m', clock, singleFlight: 'shared' } as const
  const other = createCache({ backend, ...options })
  let isFirst = true
  const lease: Backend['lease'] = async (...wish) => {
    if (isFirst) {
      isFirst = false
      expect(await other.getOrSet('key', () => 'theirs')).toBe('theirs')
    }
    return backend.lease(...wish)
  }
  const late = new Proxy<Backend>(backend, {
    get(target, name) {
      if (name === 'lease') return lease
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function'
        ? (...args: unknown[]): unknown => Reflect.apply(member, target, args)
        : member
    },
  })
  const cache = createCache({ backend: late, ...options })
  expect(await cache.getOrSet('key', () => 'loaded again')).toBe('theirs')
})
