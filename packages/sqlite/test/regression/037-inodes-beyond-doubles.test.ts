/** Regression: inodes beyond 2^53 were compared as doubles, so that a file that had come in place of another was taken for it. */
import type * as Fs from 'node:fs'
import { renameSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { identityOf, isSame } from '../../src/file-identity.ts'
import { newPath } from '../stores.ts'

/** So far beyond 2^53 that all inodes of a disk are one as a double. */
const BEYOND = 2n ** 90n

vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof Fs>()
  return {
    ...fs,
    statSync(path: string, options: Fs.StatSyncOptions) {
      const found = fs.statSync(path, options)
      if (found === undefined) return undefined
      const ino = BEYOND + BigInt(found.ino)
      return Object.assign(found, { ino: typeof found.ino === 'bigint' ? ino : Number(ino) })
    },
  }
})

test('a file is the same one until another has its name', () => {
  const path = newPath()
  writeFileSync(path, 'one')
  const seen = identityOf(path)
  expect(isSame(seen, identityOf(path))).toBe(true)
  writeFileSync(`${path}.new`, 'other')
  renameSync(`${path}.new`, path)
  expect(isSame(seen, identityOf(path))).toBe(false)
})
