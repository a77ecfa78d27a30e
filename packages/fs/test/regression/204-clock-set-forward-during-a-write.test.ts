/** Regression: where the clock was set forward by more than an hour while a stream or a large value was being written, and the journal was written anew, the write was answered `stored`, and the older value stayed. */
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newDirectory } from '../stores.ts'

const AHEAD_MS = 13 * 3_600_000
/** Lines after which the journal is written anew, without the leases that have ended. */
const LINE_COUNT = 6_000

test('it is the newer one that is there', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const files = fsBackend({ directory: newDirectory() })
  const cache = createCache({ backend: files, ttl: '100h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  await cache.set('key', Buffer.from('older'))
  const source = (async function* () {
    yield Buffer.alloc(20_000)
    vi.setSystemTime(Date.now() + AHEAD_MS)
    for (let at = 0; at < LINE_COUNT; at++) await cache.invalidate({ tags: [`${at % 10}`.padStart(220)] })
  })()
  expect(await files.setStream('key', source, { ttl: '100h' })).toBe('stored')
  const found = await files.getStream('key')
  found?.stream.destroy()
  expect(found?.sizeBytes).toBe(20_000)
})
