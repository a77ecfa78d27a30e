/** Regression: a stream that was being written when its cache was closed left the room it had set aside counted for ever: nothing ever used it again. */
import { fsBackend } from '@stowage/fs'
import { expect, test } from 'vitest'
import { newDirectory, openCache } from '../stores.ts'

test('a sweep finds that out', async () => {
  const directory = newDirectory()
  const files = fsBackend({ directory })
  const source = (async function* () {
    yield Buffer.alloc(200_000)
    await files.close()
    yield Buffer.alloc(200_000)
  })()
  await expect(files.setStream('key', source, { ttl: '1h' })).rejects.toThrow(/closed/)
  const cache = openCache(directory, { maxBytes: 8_192 })
  await cache.sweep()
  expect(await cache.set('key', 'value')).toEqual({ outcome: 'stored' })
  expect(await cache.check()).toMatchObject({ entries: 1, wrong: 0, orphans: 0 })
})
