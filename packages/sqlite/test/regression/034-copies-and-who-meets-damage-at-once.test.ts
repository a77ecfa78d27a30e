/**
 * Regression: of two processes that met a damaged file at once, the slower failed to open it, while there was none for a moment; and parts
 * that it had moved counted as one of the two copies that stay, so that a whole one was deleted for them, as it was for a file
 * somebody had called alike (`.corrupt-0099`). In a folder that may be written to and not listed, nothing could be set aside any more.
 */
import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemClock } from '@stowage/core'
import { beforeEach, expect, type Mock, onTestFinished, test, vi } from 'vitest'
import { DamagedFileError } from '../../src/damage.ts'
import { identityOf } from '../../src/file-identity.ts'
import { holdsSchema } from '../../src/schema.ts'
import { setAside } from '../../src/set-aside.ts'
import { put } from '../entries.ts'
import { attach, newPath } from '../stores.ts'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, readdirSync: vi.fn(fs.readdirSync) }
})

vi.mock('../../src/schema.ts', async (original) => {
  const room = await original<typeof import('../../src/schema.ts')>()
  return { ...room, holdsSchema: vi.fn(room.holdsSchema) }
})

let warn: Mock<typeof process.emitWarning>

beforeEach(() => {
  warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
})

function setAsideAt(nowMs: number, path: string): void {
  const clock = vi.spyOn(systemClock, 'nowMs').mockReturnValue(nowMs)
  onTestFinished(() => clock.mockRestore())
  writeFileSync(path, 'SQLite format 3\0')
  setAside(path, identityOf(path), new Error('because'))
}

test('the slower one opens what is there then', async () => {
  const path = newPath()
  vi.mocked(holdsSchema).mockImplementationOnce(() => {
    renameSync(path, `${path}.corrupt-1`)
    throw new DamagedFileError('met by both')
  })
  expect(await put(attach(path), 'key', 'value')).toBe('stored')
})

test.each(['cache.db.corrupt-20-wal', 'cache.db.corrupt-0099'])(
  '%s is no copy that stays instead of a whole one',
  async (name) => {
    const path = newPath()
    setAsideAt(5, path)
    setAsideAt(10, path)
    writeFileSync(`${dirname(path)}/${name}`, '')
    setAsideAt(30, path)
    const kept = ['cache.db.corrupt-10', 'cache.db.corrupt-30', name]
    await expect.poll(() => readdirSync(dirname(path)).toSorted()).toEqual(kept.toSorted())
  },
)

test('a folder that cannot be listed', () => {
  const path = newPath()
  vi.mocked(readdirSync).mockImplementationOnce(() => {
    throw Object.assign(new Error('permission denied'), { code: 'EACCES' })
  })
  setAsideAt(10, path)
  expect(readdirSync(dirname(path))).toEqual(['cache.db.corrupt-10'])
  expect(warn).toHaveBeenCalledOnce()
})
