// A refresh was handed, as stale, a value that had been deleted between its read and its lease, and could store it again.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test('a loader never sees a value that is gone', async () => {
  const { clock, backend, cache } = faultyCache({ ttl: '1s', staleWhileRevalidate: '1h' })
  await cache.set('key', 'old')
  clock.advanceMs(1_500)
  backend.inject('get', { kind: 'late', delayMs: 20 })
  const asked = cache.getOrSet('key', ({ stale }) => stale?.value ?? 'loaded')
  await turn()
  await cache.delete('key')
  backend.heal()
  clock.advanceMs(20)
  expect(await asked).toBe('old')
  await turn()
  await turn()
  expect(await cache.get('key')).toBe('loaded')
})
