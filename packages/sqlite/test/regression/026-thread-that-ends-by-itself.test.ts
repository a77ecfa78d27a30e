/** Regression: a checkpoint thread that ended in the midst of its work, without an error, held all writes back for good. */
import type { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { put } from '../entries.ts'
import { openStore } from '../stores.ts'

test('SQLite does its checkpoints itself then, with a warning', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  let endedCount = 0
  const endAtWork = (thread: Worker): void => {
    vi.spyOn(thread, 'postMessage').mockImplementationOnce(() => {
      endedCount++
      void thread.terminate()
    })
  }
  process.on('worker', endAtWork)
  onTestFinished(() => {
    process.off('worker', endAtWork)
    warn.mockRestore()
  })
  const { backend } = openStore({ maxBytes: '8MB' })
  for (let at = 0; at < 150; at++) {
    expect(await put(backend, `key ${at % 50}`, String(at).padEnd(60_000, 'x'))).toBe('stored')
    await new Promise(setImmediate)
  }
  expect(endedCount).toBe(1)
  expect(warn.mock.calls.map(([, options]) => options)).toMatchObject([{ code: 'STOWAGE_SQLITE_CHECKPOINT' }])
})
