// One failed renewal ended all renewals: a blip of the backend made a long load unstorable.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, turn } from '../held-loader.ts'

test('the next third succeeds', async () => {
  const { clock, backend, cache } = faultyCache({ holds: 'values' })
  const { loader, runs } = heldLoader()
  const loading = cache.getOrSet('key', loader, { singleFlight: 'shared' })
  await turn()
  for (let seconds = 0; seconds < 40; seconds++) {
    if (seconds === 3) backend.inject('renew', { kind: 'throw', error: new Error('blip') })
    if (seconds === 5) backend.heal()
    clock.advanceMs(1_000)
    await turn()
  }
  runs[0]?.settle('value')
  await loading
  expect(await cache.get('key')).toBe('value')
})
