// A caller that left by its signal or timeout failed the others, or left a slot nobody could free.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

function setUp() {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
  return { clock, cache, ...heldLoader() }
}

test('who comes after an abandoned load gets a load of its own, when the old one has settled', async () => {
  const { cache, loader, runs } = setUp()
  const leaving = new AbortController()
  const left = cache.getOrSet('key', loader, { signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort(new Error('client A went away'))
  expect(await left).toBe('left')
  const next = cache.getOrSet('key', loader)
  await turn()
  runs[0]?.fail(runs[0].context.signal.reason)
  await turn()
  runs[1]?.settle('value')
  expect(await next).toBe('value')
})

test('or when its lease has ended, if it ignores its signal', async () => {
  const { clock, cache, loader, runs } = setUp()
  const leaving = new AbortController()
  const left = cache.getOrSet('key', loader, { signal: leaving.signal }).catch(() => 'left')
  await turn()
  leaving.abort()
  await left
  const next = cache.getOrSet('key', loader)
  for (let seconds = 0; seconds < 11; seconds++) {
    clock.advanceMs(1_000)
    await turn()
  }
  runs[1]?.settle('value')
  expect(await next).toBe('value')
})

test('one caller’s hard timeout is not the other’s', async () => {
  const { clock, cache, loader, runs } = setUp()
  const patient = cache.getOrSet('key', loader)
  const hasty = cache.getOrSet('key', loader, { hardTimeout: 50 }).catch((error: unknown) => error)
  await turn()
  clock.advanceMs(50)
  expect(await hasty).toMatchObject({ code: 'STOWAGE_TIMEOUT' })
  expect(runs[0]?.context.signal.aborted).toBe(false)
  runs[0]?.settle('value')
  expect(await patient).toBe('value')
})

test('a refresh behind is bounded by the hard timeout', async () => {
  const { clock, cache, loader, runs } = setUp()
  const options = { ttl: '1s', staleWhileRevalidate: '1d', hardTimeout: '1s' } as const
  await cache.set('key', 'old', options)
  clock.advanceMs(1_000)
  expect(await cache.getOrSet('key', loader, options)).toBe('old')
  for (let seconds = 0; seconds < 15; seconds++) {
    await turn()
    clock.advanceMs(1_000)
  }
  expect(runs[0]?.context.signal.aborted).toBe(true)
  await cache.getOrSet('key', loader, options)
  await turn()
  expect(runs).toHaveLength(2)
})
