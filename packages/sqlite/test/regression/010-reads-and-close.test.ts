/** Reads that had to wait for their turn failed when the backend was closed meanwhile, though they had been asked for before. */
import { expect, test } from 'vitest'
import { held, NOW_MS, put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

test('what was asked for before close is answered, and what is asked for after it is refused', async () => {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'x'.repeat(100_000))
  await put(backend, 'large', 'y'.repeat(200_000))
  const reading = Array.from({ length: 2_000 }, () => held(backend, 'key'))
  const large = held(backend, 'large')
  const usage = backend.usage(NOW_MS)
  const closing = backend.close()
  await expect(held(backend, 'key')).rejects.toThrow(/after close/)
  await expect((async () => backend.usage(NOW_MS))()).rejects.toThrow(/after close/)
  expect(new Set(await Promise.all(reading))).toEqual(new Set(['x'.repeat(100_000)]))
  expect(await large).toBe('y'.repeat(200_000))
  expect(await usage).toMatchObject({ entryCount: 2 })
  await closing
})

test('so is a read of a large value that is replaced while its file is looked for', async () => {
  const path = newPath()
  const backend = attach(path)
  const other = attach(path)
  await put(backend, 'key', 'a'.repeat(200_000))
  for (let round = 0; round < 20; round++) {
    const reader = attach(path)
    const replacing = put(other, 'key', 'b'.repeat(200_000))
    const reading = Array.from({ length: 20 }, () => held(reader, 'key'))
    const closing = reader.close()
    for (const value of await Promise.all(reading)) expect(value).toMatch(/^a+$|^b+$/)
    await Promise.all([closing, replacing])
  }
})
