/** Regression: each time a deletion met the file replaced, one more timer began to look at it, for ever, also after `close`. */
import { rmSync } from 'node:fs'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { NOW_MS, put } from '../entries.ts'
import { newPath } from '../stores.ts'

test('one timer looks, and none when the backend is closed', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    vi.useRealTimers()
    warn.mockRestore()
  })
  const path = newPath()
  const backend = sqliteBackend({ path })
  for (let times = 0; times < 3; times++) {
    await put(backend, 'key', times)
    for (const part of ['', '-wal', '-shm']) rmSync(path + part, { force: true })
    await backend.delete('key', NOW_MS, undefined)
  }
  expect(vi.getTimerCount()).toBe(1)
  await backend.close()
  expect(vi.getTimerCount()).toBe(0)
})
