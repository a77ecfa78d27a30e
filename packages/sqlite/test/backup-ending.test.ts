/** How a backup tells of itself and ends: whole, or with nothing left of it. */
import { renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from '@stowage/core'
import type { BackupProgress, SqliteBackend } from '@stowage/sqlite'
import { expect, test } from 'vitest'
import { contentOf, fill, KINDS, namesAt, pass } from './backup-sight.ts'
import { attach, newPath, openStore } from './stores.ts'

test('progress tells of all pages and files, and ends with all of them', async () => {
  const { backend, path } = openStore()
  await fill(backend)
  const seen: BackupProgress[] = []
  const { pages, files } = await backend.backup(`${path}.copy`, { onProgress: (progress) => seen.push(progress) })
  expect(seen.at(0)).toEqual({ donePages: 0, totalPages: pages, doneFiles: 0, totalFiles: files })
  expect(seen.at(-1)).toEqual({ donePages: pages, totalPages: pages, doneFiles: files, totalFiles: files })
})

/** Stops a backup at its first step. */
async function endedAt(backend: SqliteBackend, to: string, isThere: (progress: BackupProgress) => boolean) {
  const stop = new AbortController()
  const reason = new Error('enough')
  const seen: BackupProgress[] = []
  const onProgress = (progress: BackupProgress) => {
    seen.push(progress)
    if (isThere(progress)) stop.abort(reason)
  }
  await expect(backend.backup(to, { signal: stop.signal, onProgress })).rejects.toBe(reason)
  expect(seen.some(isThere)).toBe(true)
}

test.for(KINDS)('%s: ended while it takes files, or pages, it leaves nothing', async ([, options]) => {
  const path = newPath()
  const backend = attach(path, options)
  await fill(backend)
  const to = join(dirname(path), 'copy')
  await endedAt(backend, to, ({ totalFiles }) => totalFiles > 0)
  expect(namesAt(to)).toEqual([])
  await endedAt(backend, to, ({ donePages }) => donePages > 0)
  expect(namesAt(to)).toEqual([])
  await expect(backend.backup(to, { signal: AbortSignal.abort(new Error('before')) })).rejects.toThrow('before')
  const thrown = new Error('of the listener')
  const onProgress = () => {
    throw thrown
  }
  await expect(backend.backup(to, { onProgress })).rejects.toBe(thrown)
  expect(namesAt(to)).toEqual([])
  await backend.backup(to)
  expect(await contentOf(attach(to, options))).toEqual(await contentOf(backend))
})

test.for(KINDS)(
  '%s: close() ends it, at its beginning or later, and waits until nothing is left',
  async ([, options]) => {
    for (const isTime of [undefined, () => true, ({ donePages }: BackupProgress) => donePages > 0]) {
      const path = newPath()
      const backend = attach(path, options)
      await fill(backend)
      const to = join(dirname(path), 'copy')
      const namesAfterClose = Promise.withResolvers<readonly string[]>()
      const close = async () => {
        await backend.close()
        namesAfterClose.resolve(namesAt(to))
      }
      const onProgress = (progress: BackupProgress) => {
        if (isTime?.(progress) === true) void close()
      }
      const ended = backend.backup(to, { onProgress }).then(
        () => 'done',
        (thrown: unknown) => thrown,
      )
      if (isTime === undefined) await close()
      expect(await ended).toBeInstanceOf(UsageError)
      expect(await namesAfterClose.promise).toEqual([])
      await expect(backend.backup(to)).rejects.toThrow('used after close()')
    }
  },
)

test('when the process was held up until the pin ran out, or the file was replaced, there is no copy', async () => {
  const { backend, path } = openStore()
  await fill(backend, 8)
  const to = `${path}.copy`
  const onProgress = () => renameSync(path, `${path}.moved`)
  await expect(backend.backup(to, { onProgress: once(onProgress) })).rejects.toThrow('replaced during the backup')
  renameSync(`${path}.moved`, path)
  await expect(backend.backup(to, { onProgress: once(() => pass(60_000)) })).rejects.toThrow('held up')
  expect(namesAt(to)).toEqual([])
})

function once(run: () => void): () => void {
  let isRun = false
  return () => {
    if (!isRun) run()
    isRun = true
  }
}
