/** What is shown of an address. */
import { describe as described, withoutPassword } from '@stowage/core'
import { expect, test } from 'vitest'

test.each([
  ['redis://host:6379/0', 'redis://host:6379/0'],
  ['redis://app:s3cret@host:6379/0', 'redis://***@host:6379/0'],
  ['redis://s3/c@r et@host', 'redis://***@host'],
  ['redis://s3?cret@host', 'redis://***'],
  ['redis://host?password=s3@cret', 'redis://***'],
  ['redis://app:s3cret@host?sentinelPassword=s3cret&db=1', 'redis://***@host?sentinelPassword=***&db=1'],
  ['HTTP://host/?Token=s3#cret', 'HTTP://host/?Token=***'],
  ['not reached: redis://app:s3cret@host:6379', 'not reached: redis://***@host:6379'],
  ['user@example.org', 'user@example.org'],
  ['a//b?c=d', 'a//b?c=d'],
])('%s as %s', (text, shown) => {
  expect(withoutPassword(text)).toBe(shown)
})

test('a long one is cut when its password has gone', () => {
  expect(described(`redis://${'s'.repeat(80)}@host`)).toBe("'redis://***@host'")
})
