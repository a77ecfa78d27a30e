// close() let go of the backend while sets and reads were on their way: the set was lost, the loader ran after close.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test('what was called before close is carried out before it resolves', async () => {
  const { clock, backend, cache } = faultyCache({ holds: 'values' })
  const order: string[] = []
  backend.inject('set', { kind: 'late', delayMs: 20 })
  backend.inject('get', { kind: 'late', delayMs: 10 })
  const writing = cache.set('key', 1).then(({ outcome }) => order.push(outcome))
  const loading = cache.getOrSet('other', () => order.push('loader'))
  const closing = cache.close().then(() => order.push('closed'))
  for (let steps = 0; steps < 8; steps++) {
    await turn()
    clock.advanceMs(10)
  }
  await Promise.all([writing, loading, closing])
  expect(order).toEqual(['loader', 'stored', 'closed'])
  expect(clock.timerCount).toBe(0)
})
