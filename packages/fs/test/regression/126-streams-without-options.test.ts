/** Regression: `setStream` without options ended in a bare TypeError about `namespace`, and `getStream` took any options without a word. */
import { ConfigError, createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory } from '../stores.ts'

const ttl = '1h'

test.each([
  ['setStream', ['key', []], /setStream: undefined is not an options object/],
  ['setStream', ['key', [], { ttl, namespace: 'app' }], /namespace: 'app' is not allowed; allowed: a list of names/],
  ['getStream', ['key', null], /getStream: null is not an options object/],
  ['getStream', ['key', { ttl }], /getStream: unknown option 'ttl'; allowed: namespace/],
  ['getStream', ['key', { namespace: 'app' }], /namespace: 'app' is not allowed/],
] as const)('%s %o is refused by name', async (method, given, message) => {
  const files = fsBackend({ directory: newDirectory(), maxBytes: '1MB' })
  const cache = createCache({ backend: files, ttl })
  onTestFinished(() => cache.close())
  // What only JavaScript can pass.
  const loose: Readonly<Record<typeof method, unknown>> = files
  const called = loose[method]
  if (typeof called !== 'function') throw new TypeError(`there is no ${method}`)
  const asked: unknown = Reflect.apply(called, files, given)
  await expect(asked).rejects.toThrow(ConfigError)
  await expect(asked).rejects.toThrow(message)
})
