/** A listener of removals that threw made the step fail that had removed something, though it had been taken. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { entryOf, openBare } from '../bare-backend.ts'

test('an invalidation is done all the same, and others hear of what it removed', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const { backend } = openBare()
  const nowMs = Date.now()
  const keys = Array.from({ length: 10 }, (_, at) => `many:${at}`)
  for (const key of keys) await backend.set(key, entryOf(key, Buffer.from('old'), nowMs), nowMs, undefined)
  const heard: string[] = []
  backend.onRemoval(() => {
    throw new Error('the listener failed')
  })
  backend.onRemoval((key) => heard.push(key))
  await backend.invalidate({ prefix: 'many:' }, nowMs)
  expect(heard.sort()).toEqual(keys)
})
