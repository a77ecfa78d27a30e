/** Places that are not fit for a cache file are refused in words, before anything is there; loose modes are tightened. */
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { ConfigError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { describe, expect, test } from 'vitest'
import { requireLocal } from '../src/filesystem.ts'
import { planSqlite } from '../src/options.ts'
import { preparePlace } from '../src/place.ts'
import { held, put } from './entries.ts'
import { attach, newPath } from './stores.ts'

const isPosix = process.platform !== 'win32'

async function writtenFile(): Promise<string> {
  const path = newPath()
  const backend = attach(path)
  await put(backend, 'key', 'value')
  await backend.close()
  return path
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

describe('network filesystems', () => {
  test.each([
    ['NFS', 0x6969],
    ['CIFS', 0xff534d42],
    ['SMB', 0xfe534d42],
    ['9p', 0x01021997],
    ['FUSE', 0x65735546],
    ['Ceph', 0x00c36400],
  ])('%s is refused, with the way out', (name, kind) => {
    expect(() => requireLocal('/far/cache.db', kind)).toThrow(ConfigError)
    expect(() => requireLocal('/far/cache.db', kind)).toThrow(`(${name})`)
    expect(() => requireLocal('/far/cache.db', kind)).toThrow(/'\/far\/cache.db'.*allowed: a local disk.*'allow'/)
  })

  test.each([
    ['ext4', 0xef53],
    ['tmpfs', 0x01021994],
    ['xfs', 0x58465342],
    ['btrfs', 0x9123683e],
    ['overlayfs', 0x794c7630],
    ['zfs', 0x2fc12fc1],
  ])('%s is not', (_, kind) => {
    requireLocal('/near/cache.db', kind)
  })

  test('the one asked about is that of the folder to be made in; nothing is made where it is refused', () => {
    const folder = dirname(newPath())
    const path = join(folder, 'not', 'there', 'cache.db')
    const asked: string[] = []
    const kindOfFolder = (at: string): number => {
      asked.push(at)
      return 0x6969
    }
    expect(() => preparePlace(planSqlite({ path }), kindOfFolder)).toThrow(/NFS/)
    expect(asked).toEqual([folder])
    expect(existsSync(join(folder, 'not'))).toBe(false)
    preparePlace(planSqlite({ path, networkFilesystem: 'allow' }), kindOfFolder)
    expect(modeOf(dirname(path))).toBe('700')
  })
})

// Guards against a wait without end: a recursive mkdir below /proc never comes back on Node 24.
test.runIf(process.platform === 'linux')('a folder that cannot be made is refused at once, also below /proc', () => {
  for (const path of ['/proc/stowage/cache.db', '/proc/stowage/deep/cache.db', '/sys/stowage/cache.db']) {
    expect(() => sqliteBackend({ path })).toThrow(ConfigError)
    expect(() => sqliteBackend({ path })).toThrow(`path: '${path}' cannot be opened`)
  }
})

describe.runIf(isPosix)('aliases', () => {
  test('a symbolic link to a cache, or to nothing, is refused; one to its folder is not', async () => {
    const path = await writtenFile()
    const alias = join(dirname(path), 'alias.db')
    for (const target of [path, join(dirname(path), 'nothing')]) {
      const link = `${alias}-${target.length}`
      symlinkSync(target, link)
      expect(() => sqliteBackend({ path: link })).toThrow(ConfigError)
      expect(() => sqliteBackend({ path: link })).toThrow(/is a symbolic link.*two logs; allowed: the one name/)
    }
    expect(existsSync(join(dirname(path), 'nothing'))).toBe(false)
    symlinkSync(dirname(path), join(dirname(path), 'folder'))
    expect(await held(attach(join(dirname(path), 'folder', 'cache.db')), 'key')).toBe('value')
  })

  test('a file with two names is refused under both', async () => {
    const path = await writtenFile()
    linkSync(path, `${path}.other`)
    for (const name of [path, `${path}.other`]) {
      expect(() => sqliteBackend({ path: name })).toThrow(ConfigError)
      expect(() => sqliteBackend({ path: name })).toThrow(/has 2 names \(hard links\)/)
    }
  })
})

describe.runIf(isPosix)('modes', () => {
  // Only root can make a file somebody else's.
  test.runIf(process.geteuid?.() === 0)('a file of another user is refused, except to root', async () => {
    const path = await writtenFile()
    chmodSync(dirname(path), 0o755)
    process.seteuid?.(65_534)
    try {
      expect(() => preparePlace(planSqlite({ path }))).toThrow(ConfigError)
      expect(() => preparePlace(planSqlite({ path }))).toThrow(/belongs to another user \(0\); allowed: .*\(65534\)/)
    } finally {
      process.seteuid?.(0)
    }
    chownSync(path, 65_534, 65_534)
    expect(await held(attach(path), 'key')).toBe('value')
  })

  test('a file that others can read is made private, with its log', async () => {
    const path = newPath()
    const first = attach(path)
    await put(first, 'key', 'value')
    for (const part of ['', '-wal', '-shm']) chmodSync(path + part, 0o666)
    const second = attach(path)
    for (const part of ['', '-wal', '-shm']) expect(modeOf(path + part)).toBe('600')
    expect(await held(second, 'key')).toBe('value')
  })

  test('a folder in which everybody can swap files is refused, unless only owners can', async () => {
    const folder = join(dirname(newPath()), 'shared')
    mkdirSync(folder)
    chmodSync(folder, 0o777)
    const path = join(folder, 'cache.db')
    expect(() => sqliteBackend({ path })).toThrow(ConfigError)
    expect(() => sqliteBackend({ path })).toThrow(/every user.*allowed: .*chmod o-w/)
    expect(existsSync(path)).toBe(false)
    chmodSync(folder, 0o1777)
    expect(await put(attach(path), 'key', 1)).toBe('stored')
  })
})

/** How many names the file behind a descriptor has left. */
function nameCount(descriptor: number): number {
  return fstatSync(descriptor).nlink
}

test('a log and its index beside no file are not taken over: somebody may still use them', async () => {
  const path = newPath()
  for (const part of ['-wal', '-shm']) writeFileSync(path + part, 'of a file that has been deleted')
  const leftovers = ['-wal', '-shm'].map((part) => openSync(path + part, 'r'))
  const backend = attach(path)
  expect(await put(backend, 'key', 1)).toBe('stored')
  expect(leftovers.map(nameCount)).toEqual([0, 0])
  for (const leftover of leftovers) closeSync(leftover)
  expect(await held(attach(path), 'key')).toBe(1)
})
