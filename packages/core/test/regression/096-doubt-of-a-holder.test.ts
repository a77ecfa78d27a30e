// A shared load that waited for another process's failed, where onFault is 'throw', when the fence by which it asks for room could not be given back.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, turn } from '../held-loader.ts'

test('it waits for the holder all the same', async () => {
  const { cache, backend, clock } = faultyCache({ singleFlight: 'shared', onFault: 'throw' })
  const held = await backend.lease('key', 'exclusive', 10_000, clock.nowMs())
  backend.inject('release', { kind: 'reject', error: new Error('down') })
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader)
  for (let atMs = 0; atMs < 5_000; atMs += 10) {
    await turn()
    clock.advanceMs(10)
  }
  expect(backend.callCounts.get('release')).toBeGreaterThan(0)
  expect(runs).toHaveLength(0)
  backend.heal()
  if (held !== undefined) await backend.release(held)
  clock.advanceMs(50)
  await turn()
  runs[0]?.settle('loaded')
  expect(await loading).toBe('loaded')
  await cache.close()
})
