// A fact that had become a huge number counted as 0 in the seal: with a tag_epoch of 1e300 an entry outlived every invalidation of its tags.
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, test } from 'vitest'
import { alter } from '../inspection.ts'
import { newPath } from '../stores.ts'

test.each(['tag_epoch = 1e300', 'tag_epoch = -1e300', 'sliding_ms = 1e300'])('%s', async (change) => {
  const path = newPath()
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h', clock: createFakeClock() })
  await cache.set('key', 'old', { tags: ['t'] })
  alter(path, `UPDATE stowage_entry_v1 SET ${change}`)
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
  await cache.close()
})
