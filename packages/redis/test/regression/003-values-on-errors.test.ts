/** Regression: a large write that the server refused failed with the client's own error, on which the command hangs with its value. */
import { createCache } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()

test.skipIf(!search.found).each([100, 50_000])('a refused write of %i bytes shows no value', async (sizeBytes) => {
  await using server = await startRedis({ settings: ['--maxmemory', '1'] })
  const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1m', onFault: 'throw' })
  onTestFinished(() => cache.close())
  const thrown: unknown = await cache.set('key', 'x'.repeat(sizeBytes)).catch((reason: unknown) => reason)
  const { cause } = thrown as Error
  expect(String(cause)).toMatch(/\bOOM command not allowed/)
  expect(cause).not.toHaveProperty('command')
})
