import { resolve } from 'node:path'
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { readEnvironment } from '../src/server/environment.ts'

test('without variables: port 4000 that may give way, and a folder in the repository', () => {
  expect(readEnvironment({})).toEqual({
    port: { number: 4000, given: false },
    redisUrl: undefined,
    cacheDirectory: resolve(import.meta.dirname, '../../../.stowage/playground'),
  })
})

test('an empty variable counts as not given', () => {
  expect(readEnvironment({ PORT: '', CACHE_DIR: '' })).toEqual(readEnvironment({}))
})

test('what is given is used', () => {
  expect(readEnvironment({ PORT: '0', CACHE_DIR: 'some/where', REDIS_URL: 'redis://there:1' })).toEqual({
    redisUrl: 'redis://there:1',
    port: { number: 0, given: true },
    cacheDirectory: resolve('some/where'),
  })
  expect(readEnvironment({ PORT: '65535' }).port).toEqual({ number: 65_535, given: true })
})

test.each(['65536', '-1', '80a', '1e3', ' 80', '4000.5'])('PORT=%s is refused by name', (text) => {
  expect(() => readEnvironment({ PORT: text })).toThrow(ConfigError)
  expect(() => readEnvironment({ PORT: text })).toThrow(
    `PORT=${text}: allowed is a whole number from 0 (any free port) to 65535`,
  )
})

test.each(['localhost:6379', 'http://:secret@there', 'redis'])(
  'REDIS_URL=%s is refused by name, and not shown, as it may hold a password',
  (text) => {
    const wrong = new ConfigError(
      'REDIS_URL: what is given is no address of Redis; allowed: redis://host:port, rediss://host:port',
    )
    expect(() => readEnvironment({ REDIS_URL: text })).toThrow(wrong)
  },
)
