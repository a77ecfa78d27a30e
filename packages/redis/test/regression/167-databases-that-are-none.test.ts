/**
 * Regression: with a database that the server does not have (`redis://host/99`), database 0 was used, read, written and invalidated; with one
 * that is no number (`redis://host/abc`) the process ended.
 */
import { ConfigError, createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend, redisBus } from '../../src/index.ts'

const search = await findRedisBinary()

test.each(['abc', '3x', '1/2', '-1', '1.5', '?db=abc', '?db=-1'])('what is no number of one is refused: %s', (text) => {
  const url = `redis://:s3cret@127.0.0.1:1/${text}`
  for (const open of [redisBackend, redisBus]) {
    expect(() => open({ url })).toThrow(ConfigError)
    expect(() => open({ url })).toThrow(/^(?!.*s3cret)(url|db of the client): /)
  }
})

test('so it is of options and of a client', () => {
  const client = new Redis({ lazyConnect: true, db: Number.NaN })
  onTestFinished(() => client.disconnect())
  expect(() => redisBackend({ connection: { port: 1, db: Number.NaN } })).toThrow(/^db of the client: NaN is refused/)
  expect(() => redisBackend({ client })).toThrow(/^db of the client: NaN is refused/)
})

test.skipIf(!search.found)('one that the server does not have is no other one', { timeout: 30_000 }, async () => {
  await using server = await startRedis({ settings: ['--databases', '4'] })
  const backend = (database: string) =>
    createCache({
      backend: redisBackend({ url: `${server.url}/${database}`, timeout: 300 }),
      ttl: '1m',
      onFault: 'throw',
    })
  for (const [database, isThere] of [
    ['', true],
    ['3', true],
    ['4', false],
  ] as const) {
    const cache = backend(database)
    onTestFinished(() => cache.close())
    if (isThere) await cache.set('key', database)
    else await expect(cache.get('key')).rejects.toThrow('no connection: ERR DB index is out of range')
    if (isThere) expect(await cache.get('key')).toBe(database)
  }
})
