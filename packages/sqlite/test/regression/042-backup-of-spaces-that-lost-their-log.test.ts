/** Regression: where the log of the spaces had been deleted under the process, a backup was made without what was in it, and nobody was told. */
import { readdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { attach, newPath } from '../stores.ts'

const PUT = {
  expect: [],
  changes: [{ do: 'put', key: 'key', value: 'value', moveCount: 0 }],
  isTold: false,
} as const

test.each([1, 2])('of %i shards there is no backup, and nothing is left of it', async (shards) => {
  const path = newPath()
  const backend = attach(path, { shards })
  await backend.spaces.commit('space', PUT, 1)
  for (const part of ['-wal', '-shm']) rmSync(`${path}.spaces${part}`)
  await expect(backend.backup(`${path}.copy`)).rejects.toThrow('or their log, were deleted or replaced')
  expect(readdirSync(dirname(path)).filter((name) => name.includes('copy'))).toEqual([])
})

test('nor where it goes while the copy is made', async () => {
  const path = newPath()
  const backend = attach(path)
  await backend.spaces.commit('space', PUT, 1)
  const backup = backend.backup(`${path}.copy`, {
    onProgress: () => rmSync(`${path}.spaces-wal`, { force: true }),
  })
  await expect(backup).rejects.toThrow('or their log, were deleted or replaced')
})
