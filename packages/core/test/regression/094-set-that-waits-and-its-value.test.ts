// A set that waited until an invalidation that had failed was tried again stored what its value had been changed to meanwhile.
import { type Backend, type Cache, CodecError, createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

let cache: Cache
let comeThrough: () => void

/** An invalidation of everything has failed; tried again, it is answered when the test says so. */
beforeEach(async () => {
  const clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend({ holds: 'bytes' }), clock)
  const slow = Promise.withResolvers<void>()
  let isDown = true
  const backend: Backend = {
    ...inner,
    async invalidate(target, nowMs) {
      if (isDown) throw new Error('down')
      await slow.promise
      await inner.invalidate(target, nowMs)
    },
  }
  cache = createCache({ backend, ttl: '1h', clock })
  await expect(cache.invalidate({ all: true })).rejects.toThrow('down')
  isDown = false
  comeThrough = slow.resolve
})

test('what is stored is the value as it was when it was set', async () => {
  const value = { n: 1 }
  const setting = cache.set('key', value)
  value.n = 2
  await turn()
  comeThrough()
  expect(await setting).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toEqual({ n: 1 })
})

test('a value that cannot become bytes is refused without waiting', async () => {
  let refusal: unknown
  cache
    .set('key', () => 'a function')
    .catch((thrown: unknown) => {
      refusal = thrown
    })
  await turn()
  expect(refusal).toBeInstanceOf(CodecError)
  comeThrough()
})
