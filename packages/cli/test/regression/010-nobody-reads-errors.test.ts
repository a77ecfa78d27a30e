/** Regression: a failure that nobody reads, as stderr is closed, ended with another one and exit code 1. */
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { newPath } from '../stores.ts'
import { start } from '../stowage.ts'

// A process takes its seconds where many others run.
vi.setConfig({ testTimeout: 60_000 })

test('a failure that nobody reads has its exit code all the same', async () => {
  const child = start(['get', newPath('sqlite'), 'key'])
  child.stderr.destroy()
  await once(child, 'close')
  expect(child.exitCode).toBe(3)
})
