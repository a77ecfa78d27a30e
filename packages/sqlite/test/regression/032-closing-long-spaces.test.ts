/** Regression: closing wrote the rest of a long log of spaces back on the event loop, where its thread should have. */
import type { Worker } from 'node:worker_threads'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { newPath } from '../stores.ts'

test('the thread writes it back before it is told to stop', async () => {
  const spies: { readonly mock: { readonly calls: readonly unknown[][] }; mockClear(): unknown }[] = []
  const spyOn = (thread: Worker) => spies.push(vi.spyOn(thread, 'postMessage'))
  process.on('worker', spyOn)
  onTestFinished(() => {
    process.off('worker', spyOn)
  })
  const backend = sqliteBackend({ path: newPath() })
  const changes = [{ do: 'put', key: 'k', value: 'x'.repeat(1_000_000), moveCount: 0 }] as const
  for (let at = 0; at < 8; at++) {
    await backend.spaces.commit(`space ${at}`, { expect: [], changes, isTold: false }, at)
    await new Promise(setImmediate)
  }
  expect(spies).toHaveLength(1)
  spies[0]?.mockClear()
  await backend.close()
  expect(spies[0]?.mock.calls).toEqual([['advance'], ['stop']])
})
