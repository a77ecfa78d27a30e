/** Regression: an address without a protocol, or with the password in its query, was shown in full by the error that refused it. */
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

test.each([
  'default:s3cret@host:6379',
  ':s3cret@host:6379',
  'redis:s3cret@host:6379',
  'http://host?password=s3cret',
  'http://user:s3cret@host',
  'REDISX://user:s3cret@host',
])('%s is refused and not shown', (url) => {
  const open = (): unknown => redisBackend({ url })
  expect(open).toThrow(ConfigError)
  expect(open).toThrow(/^(?!.*s3cret)url: /)
})
