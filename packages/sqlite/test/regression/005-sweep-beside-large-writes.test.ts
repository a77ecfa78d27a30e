/** A sweep waited for all large values that were being written, also those that came meanwhile: it never ended. */
import { expect, test } from 'vitest'
import { put } from '../entries.ts'
import { openStore } from '../stores.ts'

test('a sweep ends while large values are written without a pause', async () => {
  const { backend } = openStore()
  let isOver = false
  let count = 0
  const writers = [0, 1].map(async (at) => {
    for (; !isOver && count < 400; count++) await put(backend, `key ${at}`, 'x'.repeat(140_000))
  })
  await backend.sweep(0)
  expect(count, 'writes went on').toBeLessThan(400)
  isOver = true
  await Promise.all(writers)
})
