/** Regression: what was asked of a backend that had been closed failed with a plain Error, where docs/errors.md says UsageError, and sqlite and Redis did so. */
import { UsageError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, test } from 'vitest'
import { newDirectory } from '../stores.ts'

test('each call of it is a UsageError', async () => {
  const backend = fsBackend({ directory: newDirectory() })
  await backend.close()
  const calls = [
    () => backend.get('key', 0),
    () => backend.delete('key', 0, undefined),
    () => backend.invalidate({ tags: ['tag'] }, 0),
    () => backend.lease('key', 'fence', 1_000, 0),
    () => backend.sweep(0),
    () => backend.usage(0),
    () => backend.setStream('key', [], { ttl: '1h' }),
    () => backend.getStream('key'),
    () => Array.fromAsync(backend.scan({ prefix: '', tag: undefined }, 0)),
    () => Array.fromAsync(backend.check(true, 0)),
  ]
  for (const call of calls) await expect(async () => call(), call.toString()).rejects.toThrow(UsageError)
})
