/** Regression: what was invalidated while it was being written was served, where a sweep had the invalidation of its tags forgotten before it ended. */
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test } from 'vitest'
import { newDirectory } from '../stores.ts'

/** Calls, of as many tags: more than are remembered after a sweep. */
const CALL_COUNT = 110

test('a stream whose tag was invalidated and forgotten since is not served, nor is the older value', async () => {
  const files = fsBackend({ directory: newDirectory() })
  const cache = createCache({ backend: files, ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  await cache.set('key', Buffer.from('older'))
  const tagsOf = (call: number) => Array.from({ length: CALL_COUNT }, (_, at) => `${call} ${at}`)
  const source = (async function* () {
    yield Buffer.alloc(200_000)
    await cache.invalidate({ tags: ['t'] })
    for (let call = 0; call < CALL_COUNT; call++) await cache.invalidate({ tags: tagsOf(call) })
    // The first goes on where the cache began.
    for (let sweeps = 0; sweeps < 3; sweeps++) await cache.sweep()
  })()
  expect(await files.setStream('key', source, { ttl: '1h', tags: ['t'] })).toBe('stored')
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.usage()).toMatchObject({ entries: 0, bytes: 0 })
})
