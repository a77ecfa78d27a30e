/** Rows that are not as they were written: each is a miss, is taken out, and leaves its key usable. */
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import { alter } from './inspection.ts'
import { newPath } from './stores.ts'

test.each([
  'stored_at_ms = stored_at_ms - 1',
  'stale_at_ms = stale_at_ms - 1',
  'expire_at_ms = expire_at_ms + 1',
  "expire_at_ms = 'later'",
  'error_only_at_ms = error_only_at_ms + 1',
  'sliding_ms = 1',
  'tag_epoch = tag_epoch + 1',
  'written = written + 1',
  'checksum = checksum + 1',
  "tags = 'not JSON'",
  `tags = '["other"]'`,
  "tags = '[1]'",
  "tags = '[{}]'",
  'tags = NULL',
  "format = 'bytes'",
  "format = x'00'",
  "body = body || ' '",
  'body = CAST(body AS BLOB)',
  'body = 1',
])('%s', async (change) => {
  const path = newPath()
  const clock = createFakeClock()
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h', clock })
  await cache.set('key', { some: 'value' }, { tags: ['t'] })
  expect(await cache.get('key')).toEqual({ some: 'value' })
  alter(path, `UPDATE stowage_entry_v1 SET ${change}`)
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'undecodable' })
  expect(await cache.lookup('key')).toEqual({ outcome: 'miss', reason: 'absent' })
  expect(cache.stats().removed.undecodable).toBe(1)
  await cache.set('key', 'new')
  expect(await cache.get('key')).toBe('new')
  await cache.close()
})

test('an index row without its entry is removed when its tag is', async () => {
  const path = newPath()
  const clock = createFakeClock()
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h', clock })
  await cache.set('key', 1, { tags: ['t'] })
  alter(path, "INSERT INTO stowage_entry_tag_v1 VALUES ('t', 0, 4711)")
  await cache.invalidate({ tags: ['t'] })
  expect(await cache.sweep()).toEqual({ expired: 0, invalidated: 1 })
  const database = new Sqlite(path)
  expect(database.prepare('SELECT count(*) FROM stowage_entry_tag_v1').pluck().get()).toBe(0)
  database.close()
  await cache.close()
})
