/** Who is told of removals, and what becomes of a listener that throws. */
import { RemovalListeners } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'

test('all who listen are told, until they stop', () => {
  const listeners = new RemovalListeners()
  const told: string[] = []
  expect(listeners.isEmpty).toBe(true)
  const stop = listeners.add((key, cause) => told.push(`first ${key} ${cause}`))
  listeners.add((key) => told.push(`second ${key}`))
  expect(listeners.isEmpty).toBe(false)
  listeners.tell('a', 'evicted')
  stop()
  listeners.tell('b', 'expired')
  expect(told).toEqual(['first a evicted', 'second a', 'second b'])
})

test('one that throws is warned of once, and the others hear all the same', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const listeners = new RemovalListeners()
  const told: string[] = []
  listeners.add(() => {
    throw new Error('the listener failed')
  })
  listeners.add((key) => told.push(key))
  for (const key of ['a', 'b']) listeners.tell(key, 'evicted')
  expect(told).toEqual(['a', 'b'])
  const code = 'STOWAGE_REMOVAL_LISTENER'
  expect(warn.mock.calls).toEqual([[expect.stringContaining('the listener failed'), { code }]])
})
