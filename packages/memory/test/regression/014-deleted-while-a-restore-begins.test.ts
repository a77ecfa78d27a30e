// What was deleted or invalidated right after `restore` had been called, while what it needs was still being loaded, came back.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test } from 'vitest'

test('it does not come back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'snapshot')
  const first = memoryBackend({ maxEntries: 10 })
  const before = createCache({ backend: first, ttl: '1h' })
  for (const key of ['deleted', 'tagged', 'prefixed', 'kept']) await before.set(key, 1, { tags: [`of ${key}`] })
  await first.snapshot(path)

  const backend = memoryBackend({ maxEntries: 10 })
  const cache = createCache({ backend, ttl: '1h' })
  const restoring = backend.restore(path)
  const changing = [
    cache.delete('deleted'),
    cache.invalidate({ tags: ['of tagged'] }),
    cache.invalidate({ prefix: 'prefixed' }),
  ]
  expect(await restoring).toEqual({ outcome: 'restored', entries: 1, leftOut: 3 })
  await Promise.all(changing)
  expect(await cache.getMany(['deleted', 'tagged', 'prefixed', 'kept'])).toEqual(new Map([['kept', 1]]))
})
