/** Regression: no backup could be made on a disk that knows no hard links, as FAT: its last step failed. */

import { writeFileSync } from 'node:fs'
import { link, rename } from 'node:fs/promises'
import { basename } from 'node:path'
import type { BackupProgress } from '@stowage/sqlite'
import { beforeEach, expect, test, vi } from 'vitest'
import { contentOf, fill, KINDS, namesAt } from '../backup-sight.ts'
import { attach, newPath } from '../stores.ts'

vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>()
  return { ...fs, link: vi.fn(fs.link), rename: vi.fn(fs.rename) }
})

/** What Linux says of a link on vfat. */
const REFUSED = Object.assign(new Error('operation not permitted, link'), { code: 'EPERM' })

beforeEach(() => {
  vi.mocked(link).mockReset().mockRejectedValue(REFUSED)
  vi.mocked(rename).mockClear()
})

test.for(KINDS)('%s: the copy is whole, and its first file comes last', async ([, options]) => {
  const path = newPath()
  const backend = attach(path, options)
  await fill(backend, 8)
  await backend.backup(`${path}.copy`)
  expect(vi.mocked(rename).mock.calls.at(-1)?.[1]).toBe(`${path}.copy`)
  expect(await contentOf(attach(`${path}.copy`, options))).toEqual(await contentOf(backend))
})

test.for(KINDS)('%s: what comes to be there meanwhile stays', async ([, options]) => {
  const path = newPath()
  const backend = attach(path, options)
  await fill(backend, 8)
  const to = `${path}.copy`
  const onProgress = ({ donePages }: BackupProgress) => {
    if (donePages > 0) writeFileSync(to, 'mine')
  }
  await expect(backend.backup(to, { onProgress })).rejects.toThrow('exists')
  expect(namesAt(to)).toEqual([basename(to)])
})

test('nothing is left where the file cannot be given its name', async () => {
  const path = newPath()
  const backend = attach(path)
  await fill(backend, 1)
  vi.mocked(rename).mockImplementation(async (_, to) => {
    if (to === `${path}.copy`) throw new Error('the disk is gone')
  })
  await expect(backend.backup(`${path}.copy`)).rejects.toThrow('the disk is gone')
  expect(namesAt(`${path}.copy`)).toEqual([])
})
