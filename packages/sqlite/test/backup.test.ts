/** A backup is the cache of one moment, whole or not there, whoever uses the cache meanwhile. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Backend, ConfigError, UsageError } from '@stowage/core'
import type { BackupProgress, SqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { checkAll, held, keysOf, NOTHING_WRONG, NOW_MS, put, sweepAll } from './entries.ts'
import { versionOf } from './fixtures/orders.ts'
import { alter, dump, expectConsistent, rowCount, valueFiles } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'
import { startWorkers } from './workers.ts'

const KINDS = [
  ['one file', {}],
  ['three shards', { shards: 3 }],
] as const

async function fill(backend: Backend, count = 40): Promise<void> {
  for (let at = 0; at < count; at++) {
    await put(backend, `small ${at}`, `value ${at}`, { tags: [`t${at % 4}`] })
    if (at % 4 === 0) await put(backend, `large ${at}`, large('abcdefghij'.charAt(at % 10)), { tags: [`t${at % 8}`] })
  }
}

async function contentOf(backend: Backend): Promise<Record<string, unknown>> {
  const content: Record<string, unknown> = {}
  for (const key of (await keysOf(backend)).sort()) content[key] = await held(backend, key)
  return content
}

/** Everything that lies beside a path, and has to do with it. */
function namesAt(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)))
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777
}

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

test.for(KINDS)(
  '%s: the copy is a cache of its own, with all that was there and nothing that came later',
  async ([, options]) => {
    const path = newPath()
    const backend = attach(path, options)
    const to = `${path}.copy`
    await fill(backend)
    await backend.invalidate({ tags: ['t1'] }, NOW_MS)
    const before = await contentOf(backend)
    expect(Object.keys(before)).toHaveLength(40)
    expect(await backend.backup(to)).toMatchObject({ files: 10, missingFiles: 0 })

    await backend.invalidate({ tags: ['t0'] }, NOW_MS)
    await put(backend, 'later', 'value')
    await put(backend, 'large 2', large('z'))
    await sweepAll(backend)
    const copy = attach(to, options)
    expect(await contentOf(copy)).toEqual(before)
    expect(await checkAll(copy, 'look')).toMatchObject(NOTHING_WRONG)
    expect(await checkAll(copy, 'repair')).toMatchObject({ entries: 50, ...NOTHING_WRONG })
    // And lives on by itself.
    await copy.invalidate({ all: true }, NOW_MS)
    await sweepAll(copy)
    expect(await held(backend, 'later')).toBe('value')
    expect(await held(backend, 'large 2')).toBe(large('z'))
    expect(await checkAll(backend, 'look')).toMatchObject(NOTHING_WRONG)
  },
)

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

test('what belongs to processes at work on the cache is not in the copy', async () => {
  const { backend, path } = openStore()
  const to = `${path}.copy`
  await put(backend, 'large', large('a'))
  await backend.lease('loading', 'exclusive', 60_000, NOW_MS)
  // A file that another process is writing, and one that it is about to delete.
  alter(
    path,
    `INSERT INTO stowage_file_v1 VALUES (7, 'pending', 'text', 200000, NULL, ${process.pid}, ${Date.now()});
    INSERT INTO stowage_file_v1 VALUES (8, 'dropped', 'text', 200000, NULL, ${process.ppid}, ${Date.now()});
    UPDATE stowage_meta_v1 SET file_bytes = file_bytes + 200000`,
  )
  await backend.backup(to)
  expect(rowCount(to, 'lease')).toBe(0)
  expect(rowCount(to, 'file')).toBe(1)
  expectConsistent(to)
  expect(JSON.stringify(dump(to))).toContain('"pinned_until_ms":0')
  const copy = attach(to)
  expect(await copy.lease('loading', 'exclusive', 60_000, NOW_MS)).toBeDefined()
})

test('under writers in two other processes: every value of the copy is one that was written, and none from before is missing', {
  timeout: 60_000,
}, async () => {
  const { backend, path } = openStore()
  const nowMs = Date.now()
  for (let at = 0; at < 60; at++) await put(backend, `old ${at}`, at % 3 === 0 ? large('o') : `old ${at}`, { nowMs })
  const [one, other = one] = await startWorkers(path, 2)
  for (const [at, worker] of [one, other].entries())
    worker.tell({ do: 'write mixed sizes', prefix: `${at}, `, seed: at })
  for (let round = 0; round < 4; round++) {
    const acknowledged = new Map<string, number>()
    for (let count = 0; count < 60; count++) {
      const { key, wrote } = await (count % 2 === 0 ? one : other).report()
      if (key !== undefined && wrote !== undefined) acknowledged.set(key, wrote)
    }
    const to = `${path}.copy-${round}`
    expect(await backend.backup(to)).toMatchObject({ missingFiles: 0 })
    const copy = attach(to)
    for (let at = 0; at < 60; at++) {
      expect(await held(copy, `old ${at}`, nowMs)).toBe(at % 3 === 0 ? large('o') : `old ${at}`)
    }
    for (const [key, wrote] of acknowledged) {
      const version = versionOf(key, await held(copy, key, nowMs))
      expect(version, `${key}, of which ${wrote} was acknowledged before`).toBeGreaterThanOrEqual(wrote)
    }
    for (const key of await keysOf(copy, '', nowMs)) {
      if (!key.startsWith('old')) expect(versionOf(key, await held(copy, key, nowMs)), key).toBeDefined()
    }
    expectConsistent(to)
    expect(await checkAll(copy, 'repair')).toMatchObject(NOTHING_WRONG)
    await copy.close()
  }
})

/** As if so many milliseconds had gone by; the backup's thread has a clock of its own. */
function pass(ms: number): void {
  const now = Date.now() + ms
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now)
  onTestFinished(() => clock.mockRestore())
}

test('value files that are dropped after the snapshot are there to be taken, and go when the pin has run out', async () => {
  const { backend, path } = openStore()
  const other = attach(path)
  for (let at = 0; at < 100; at++) await put(backend, `key ${at}`, large('a'))
  let cleared: Promise<void> | undefined
  const report = await backend.backup(`${path}.copy`, {
    onProgress: () => {
      cleared ??= clearAll(other)
    },
  })
  await cleared
  expect(report).toMatchObject({ files: 100, missingFiles: 0 })
  expect(await keysOf(backend)).toEqual([])
  expect(valueFiles(path)).toHaveLength(100)
  expect(await checkAll(backend, 'look')).toMatchObject(NOTHING_WRONG)
  expect(await checkAll(other, 'repair')).toMatchObject(NOTHING_WRONG)
  expect(valueFiles(path)).toHaveLength(100)
  pass(60_000)
  await sweepAll(other)
  expect(valueFiles(path)).toEqual([])
  const copy = attach(`${path}.copy`)
  for (let at = 0; at < 100; at++) expect(await held(copy, `key ${at}`)).toBe(large('a'))
  expect(await checkAll(copy, 'repair')).toMatchObject(NOTHING_WRONG)
})

test('when the process was held up until the pin ran out, or the file was replaced, there is no copy', async () => {
  const { backend, path } = openStore()
  await fill(backend, 8)
  const to = `${path}.copy`
  const onProgress = () => renameSync(path, `${path}.moved`)
  await expect(backend.backup(to, { onProgress: once(onProgress) })).rejects.toThrow('replaced during the backup')
  renameSync(`${path}.moved`, path)
  await expect(backend.backup(to, { onProgress: once(() => pass(60_000)) })).rejects.toThrow('held up for so long')
  expect(namesAt(to)).toEqual([])
})

function once(run: () => void): () => void {
  let isRun = false
  return () => {
    if (!isRun) run()
    isRun = true
  }
}

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

async function clearAll(backend: Backend): Promise<void> {
  await backend.invalidate({ all: true }, NOW_MS)
  await sweepAll(backend)
}

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

test('progress tells of all pages and files, and ends with all of them', async () => {
  const { backend, path } = openStore()
  await fill(backend)
  const seen: BackupProgress[] = []
  const { pages, files } = await backend.backup(`${path}.copy`, { onProgress: (progress) => seen.push(progress) })
  expect(seen.at(0)).toEqual({ donePages: 0, totalPages: pages, doneFiles: 0, totalFiles: files })
  expect(seen.at(-1)).toEqual({ donePages: pages, totalPages: pages, doneFiles: files, totalFiles: files })
})

test('a value file that is missing in the cache is told of, and does not stop it', async () => {
  const { backend, path } = openStore()
  await put(backend, 'large', large('a'))
  await put(backend, 'other', large('b'))
  alter(
    path,
    "UPDATE stowage_file_v1 SET id = 5 WHERE entry_id = (SELECT id FROM stowage_entry_v1 WHERE key = 'large')",
  )
  expect(await backend.backup(`${path}.copy`)).toMatchObject({ files: 1, missingFiles: 1 })
  expect(await held(attach(`${path}.copy`), 'other')).toBe(large('b'))
})
