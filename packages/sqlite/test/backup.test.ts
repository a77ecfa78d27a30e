/** A backup is the cache of one moment, whoever uses the cache meanwhile. */
import { expect, test } from 'vitest'
import { clearAll, contentOf, fill, KINDS, pass } from './backup-sight.ts'
import { checkAll, held, keysOf, NOTHING_WRONG, NOW_MS, put, sweepAll } from './entries.ts'
import { versionOf } from './fixtures/orders.ts'
import { alter, dump, expectConsistent, rowCount, valueFiles } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'
import { startWorkers } from './workers.ts'

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
