/** A large value whose pending file a sweep had taken away was written anew over what had been asked for after it. */
import { expect, test } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { openStore } from '../stores.ts'

const LARGE = 'x'.repeat(3_000_000)
/** When a sweep takes a pending file for one that a dead writer left. */
const LATER_MS = NOW_MS + 61_000

test('a deletion stays', async () => {
  const { backend } = openStore()
  const writing = put(backend, 'key', LARGE)
  await backend.delete('key', NOW_MS, undefined)
  await backend.sweep(LATER_MS)
  await writing
  expect(await held(backend, 'key')).toMatch(/^miss/)
})

test('a newer value stays', async () => {
  const { backend } = openStore()
  const writing = put(backend, 'key', LARGE)
  await put(backend, 'key', 'newer')
  await backend.sweep(LATER_MS)
  await writing
  expect(await held(backend, 'key')).toBe('newer')
})

test('with nothing asked for after it, it is written anew', async () => {
  const { backend } = openStore()
  const writing = put(backend, 'key', LARGE)
  await backend.sweep(LATER_MS)
  expect(await writing).toBe('stored')
  expect(await held(backend, 'key')).toBe(LARGE)
})
