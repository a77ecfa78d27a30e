/** Closing whose last write failed left the checkpoint thread behind; its failure then ended the process. */
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { Worker } from 'node:worker_threads'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, test } from 'vitest'
import { put } from '../entries.ts'
import { alter } from '../inspection.ts'
import { newPath } from '../stores.ts'

test('the thread is ended before the file is closed, whatever fails', async () => {
  const path = newPath()
  const backend = sqliteBackend({ path })
  const started = once(process, 'worker') as Promise<[Worker]>
  await Promise.all(Array.from({ length: 60 }, (_, at) => put(backend, `key ${at}`, 'x'.repeat(100_000))))
  await put(backend, 'one more', 1)
  const [thread] = await started
  const ended = expect(once(thread, 'exit')).rejects.toThrow('unable to open')
  alter(path, 'DROP TABLE stowage_meta_v1')
  rmSync(path)
  await expect(backend.close()).rejects.toThrow('stowage_meta_v1')
  await ended
})
