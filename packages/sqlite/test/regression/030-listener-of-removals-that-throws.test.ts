/** Regression: a listener of removals that threw made a write fail that had been committed. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { put } from '../entries.ts'
import { openStore } from '../stores.ts'

test('a write that evicts is stored all the same, and others hear of what it evicted', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const { backend } = openStore({ maxEntries: 1 })
  const heard: string[] = []
  backend.onRemoval(() => {
    throw new Error('the listener failed')
  })
  backend.onRemoval((key) => heard.push(key))
  expect(await put(backend, 'first', '1')).toBe('stored')
  expect(await put(backend, 'second', '2')).toBe('stored')
  expect(heard).toEqual(['first'])
})
