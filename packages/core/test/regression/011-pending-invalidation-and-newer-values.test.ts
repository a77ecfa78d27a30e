// A failed deletion, tried again later, took the value that had been written meanwhile; and went on after close.
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { turn } from '../held-loader.ts'

test('what is written after it is there, and stays', async () => {
  const { clock, backend, cache } = faultyCache({ holds: 'values' })
  backend.inject('delete', { kind: 'throw', error: new Error('down') })
  await expect(cache.delete('key')).rejects.toThrow('down')
  expect(await cache.set('key', 'too early')).toEqual({ outcome: 'refused', reason: 'fault' })
  backend.heal()
  expect(await cache.set('key', 'new')).toEqual({ outcome: 'stored' })
  expect([await cache.get('key'), await cache.add('key', 1)]).toEqual(['new', false])
  clock.advanceMs(10_000)
  await turn()
  expect(await cache.get('key')).toBe('new')
})

test('close leaves no retry behind, even one under way', async () => {
  const { clock, backend, cache } = faultyCache({ holds: 'values' })
  backend.inject('delete', { kind: 'throw', error: new Error('down') })
  await expect(cache.delete('key')).rejects.toThrow('down')
  clock.advanceMs(100)
  await cache.close()
  await turn()
  expect(clock.timerCount).toBe(0)
})
