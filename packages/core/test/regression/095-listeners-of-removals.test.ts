// A listener of removals that listened anew while it was told was told again without end; one that was given twice stopped for both; an async one that failed ended the process.
import { RemovalListeners } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { turn } from '../held-loader.ts'

test('who listens anew while told hears of what comes after', () => {
  const listeners = new RemovalListeners()
  const told: string[] = []
  let stop = listeners.add(hear)
  function hear(key: string): void {
    if (told.push(key) > 9) return
    stop()
    stop = listeners.add(hear)
  }
  listeners.tell('a', 'evicted')
  listeners.tell('b', 'evicted')
  expect(told).toEqual(['a', 'b'])
})

test('the same function may listen twice, and stops once for each', () => {
  const listeners = new RemovalListeners()
  const told: string[] = []
  const hear = (key: string) => told.push(key)
  const stops = [listeners.add(hear), listeners.add(hear)]
  listeners.tell('a', 'evicted')
  stops[0]?.()
  stops[0]?.()
  listeners.tell('b', 'evicted')
  stops[1]?.()
  expect(listeners.isEmpty).toBe(true)
  expect(told).toEqual(['a', 'a', 'b'])
})

test('what an async one fails with is warned of', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const listeners = new RemovalListeners()
  const hear = (): unknown => Promise.reject(new Error('later'))
  listeners.add(hear)
  listeners.tell('a', 'evicted')
  await turn()
  expect(warn.mock.calls).toEqual([[expect.stringContaining('later'), { code: 'STOWAGE_REMOVAL_LISTENER' }]])
})
