// A caller with `fresh: true` took what a load it had joined found stored: `wrap(...).refresh()` ran nothing.
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('who asks for a load of its own gets what a loader has made', async () => {
  const clock = createFakeClock()
  const backend = faultyBackend(new ReferenceBackend(), clock)
  const options = { backend, ttl: '1h', clock } as const
  const cache = createCache(options)
  let source = 'before'
  const read = cache.wrap(async () => source, { key: () => 'key', singleFlight: 'shared' })
  backend.inject('lease', { kind: 'late', delayMs: 10 })
  const first = read()
  await turn()
  await createCache(options).set('key', 'stored by another')
  source = 'after'
  const refreshed = read.refresh()
  await turn()
  backend.heal()
  clock.advanceMs(10)
  expect([await first, await refreshed, await cache.get('key')]).toEqual(['stored by another', 'after', 'after'])
})
