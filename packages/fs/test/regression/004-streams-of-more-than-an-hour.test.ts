/** Regression: a stream that grew was to have an hour more each time, and had one in all; then it was answered `stored`, and the older value stayed. */
import { createCache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newDirectory } from '../stores.ts'

const STEP_MS = 50 * 60_000
/** Lines after which the journal is written anew, without the leases that have ended. */
const LINE_COUNT = 6_000

test('a stream that keeps growing is stored, however long it takes', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const files = fsBackend({ directory: newDirectory() })
  const cache = createCache({ backend: files, ttl: '10h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  await cache.set('key', Buffer.from('older'))
  const source = (async function* () {
    for (const bytes of [200_000, 400_000, 800_000]) {
      yield Buffer.alloc(bytes)
      vi.setSystemTime(Date.now() + STEP_MS)
    }
    for (let at = 0; at < LINE_COUNT; at++) await cache.invalidate({ tags: [`${at % 10}`.padStart(220)] })
  })()
  expect(await files.setStream('key', source, { ttl: '10h' })).toBe('stored')
  const found = await files.getStream('key')
  found?.stream.destroy()
  expect(found?.sizeBytes).toBe(1_400_000)
})
