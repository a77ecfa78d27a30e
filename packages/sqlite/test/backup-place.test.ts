/** Where a backup may go, and what is there afterwards: nothing that was is touched, and nobody else can read the copy. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { ConfigError } from '@stowage/core'
import type { BackupProgress } from '@stowage/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { clearAll, contentOf, fill, KINDS, modeOf, namesAt } from './backup-sight.ts'
import { held, put } from './entries.ts'
import { expectConsistent, valueFiles } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'

test.for(KINDS)('%s: nothing beside the copy, and nobody else can read it', async ([, options]) => {
  const path = newPath()
  const backend = attach(path, options)
  const to = `${path}.copy`
  await fill(backend, 8)
  await backend.backup(to)
  const names = namesAt(to)
  expect(
    names.every((name) => /copy(\.shard-[12])?(-values)?$/.test(name)),
    names.join(),
  ).toBe(true)
  for (const name of names) {
    expect(modeOf(join(dirname(to), name)), name).toBe(name.endsWith('-values') ? 0o700 : 0o600)
  }
  for (const file of valueFiles(to)) expect(modeOf(file)).toBe(0o600)
  expectConsistent(to)
})

/** Another filesystem, where there is one. */
const OTHER_DISK = '/dev/shm'
const hasOtherDisk = existsSync(OTHER_DISK) && statSync(OTHER_DISK).dev !== statSync(tmpdir()).dev

test.skipIf(!hasOtherDisk)('on another filesystem value files are copied, as private', async () => {
  const { backend } = openStore()
  await fill(backend)
  const folder = mkdtempSync(join(OTHER_DISK, 'stowage-backup-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const to = join(folder, 'copy')
  expect(await backend.backup(to)).toMatchObject({ files: 10, missingFiles: 0 })
  for (const file of valueFiles(to)) expect(modeOf(file)).toBe(0o600)
  const copy = attach(to)
  expect(await contentOf(copy)).toEqual(await contentOf(backend))
  await copy.close()
  expect(readdirSync(folder).toSorted()).toEqual(['copy', 'copy-values'])
  await clearAll(backend)
  expect(await held(attach(to), 'large 0')).toBe(large('a'))
})

test('where something is, in the name of the copy or of a part of it, nothing is done', async () => {
  const { backend, path } = openStore()
  await fill(backend, 4)
  for (const part of ['', '-wal', '-journal', '-values']) {
    const to = newPath()
    writeFileSync(to + part, 'mine')
    await expect(backend.backup(to), part).rejects.toThrow(ConfigError)
    expect(namesAt(to)).toEqual([basename(to) + part])
    expect(readFileSync(to + part, 'utf8')).toBe('mine')
  }
  const dangling = newPath()
  symlinkSync('nowhere', dangling)
  await expect(backend.backup(dangling)).rejects.toThrow('exists; allowed: a file that does not exist yet')
  const shards = attach(newPath(), { shards: 2 })
  const to = newPath()
  writeFileSync(`${to}.shard-1`, 'mine')
  await expect(shards.backup(to)).rejects.toThrow(ConfigError)
  expect(namesAt(to)).toEqual([`${basename(to)}.shard-1`])
  expect(namesAt(path).toSorted()).toEqual(['', '-shm', '-values', '-wal'].map((part) => basename(path) + part))
})

test('the cache itself, a place within it and a place that is none are refused, and so are wrong options', async () => {
  const { backend, path } = openStore()
  await put(backend, 'large', large('a'))
  const linked = newPath()
  symlinkSync(dirname(path), linked)
  const refused = [
    [path, 'is a part of the cache itself'],
    [join(linked, basename(path)), 'is a part of the cache itself'],
    [`${path}-journal`, 'is a part of the cache itself'],
    [join(`${path}-values`, 'copy'), 'is a part of the cache itself'],
    [join(`${path}.nowhere`, 'copy'), 'lies in no folder that exists'],
    [join(path, 'copy'), 'lies in no folder that exists'],
    ['/proc/copy', 'lies in a folder that cannot be written to'],
    ['', 'is not a path'],
  ] as const
  for (const [to, why] of refused) {
    await expect(backend.backup(to), to).rejects.toThrow(ConfigError)
    await expect(backend.backup(to), to).rejects.toThrow(why)
  }
  const wrong: object = { signl: new AbortController().signal }
  await expect(backend.backup(`${path}.copy`, wrong)).rejects.toThrow("unknown option 'signl'")
  expect(namesAt(path)).toHaveLength(4)
  expect(await held(backend, 'large')).toBe(large('a'))
})

test.for(KINDS)('%s: what comes to be at the target meanwhile stays, and the copy goes', async ([, options]) => {
  const path = newPath()
  const backend = attach(path, options)
  await fill(backend, 8)
  const to = join(dirname(path), 'copy')
  const onProgress = ({ donePages }: BackupProgress) => {
    if (donePages > 0) writeFileSync(to, 'mine')
  }
  await expect(backend.backup(to, { onProgress })).rejects.toThrow('exists')
  expect(namesAt(to)).toEqual(['copy'])
  expect(readFileSync(to, 'utf8')).toBe('mine')
})
