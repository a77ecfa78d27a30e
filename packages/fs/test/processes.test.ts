/** Several processes on one folder. */
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Worker } from './processes.ts'
import { newDirectory, openCache } from './stores.ts'
import { tempFolder } from './temp-folder.ts'
import { witness } from './witness.ts'

const TIMEOUT = { timeout: 240_000 }
/** `pnpm --filter @stowage/fs test:long` gives them a minute. */
const MIX_MS = Number(process.env['STOWAGE_MIX_MS'] ?? 6_000)

test(
  'eight at full speed, operations of all kinds: no error, no wrong value, and a check finds nothing',
  TIMEOUT,
  async () => {
    const directory = newDirectory()
    const limits = { maxEntries: 40, maxBytes: 3_000_000, lengthMs: MIX_MS }
    const workers = Array.from({ length: 8 }, (_, at) => new Worker('mix', directory, { seed: at + 1, ...limits }))
    const said = (await Promise.all(workers.map((worker) => worker.ended()))).flat()
    expect(said.filter((line) => !line.startsWith('operations '))).toEqual([])
    expect(said.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0)).toBeGreaterThan(100)
    const cache = openCache(directory, { maxEntries: 40, maxBytes: 3_000_000 })
    const { entries, bytes, ...faults } = await cache.check()
    expect(faults).toEqual({ torn: 0, wrong: 0, orphans: 0, repaired: 0 })
    expect(await cache.usage()).toMatchObject({ entries, bytes })
    expect(entries).toBeLessThanOrEqual(40)
    expect(bytes).toBeLessThanOrEqual(3_000_000)
  },
)

test('four with 250 callers each ask for a cold key: one load, one value', TIMEOUT, async () => {
  const directory = newDirectory()
  const workers = Array.from({ length: 4 }, () => new Worker('herd', directory, { keyCount: 250 }))
  const said = (await Promise.all(workers.map((worker) => worker.ended()))).map(([line = '']) => line.split(' '))
  expect(said.reduce((sum, [, loads]) => sum + Number(loads), 0)).toBe(1)
  expect(new Set(said.map(([, , values]) => values)).size).toBe(1)
})

test('four count up together and lose none', TIMEOUT, async () => {
  const directory = newDirectory()
  const workers = Array.from({ length: 4 }, () => new Worker('count', directory, { keyCount: 200 }))
  await Promise.all(workers.map((worker) => worker.ended()))
  expect(await openCache(directory).get('count')).toBe(800)
})

test('nobody is served what had been invalidated before he asked, by whatever process', TIMEOUT, async () => {
  const shown = tempFolder()
  for (const name of ['truth', 'invalidated']) writeFileSync(shown.file(name), '')
  const directory = newDirectory()
  const options = { shownPath: shown.path, lengthMs: 4_000 }
  const changer = new Worker('change', directory, options)
  const readers = Array.from({ length: 3 }, (_, at) => new Worker('derive', directory, { ...options, seed: at + 1 }))
  const said = (await Promise.all([changer, ...readers].map((worker) => worker.ended()))).flat()
  expect(said.filter((line) => !/^(changed|derived) /.test(line))).toEqual([])
  expect(said).toHaveLength(4)
  shown.remove()
})

test(
  'readers of an entry that another process replaces all the while never miss it, nor see half of it',
  TIMEOUT,
  async () => {
    const directory = newDirectory()
    const cache = openCache(directory)
    await cache.set('key', witness('key', 0, 10))
    const workers = ['rewrite', 'reread', 'reread'].map((role) => new Worker(role, directory, { lengthMs: 4_000 }))
    const said = (await Promise.all(workers.map((worker) => worker.ended()))).flat()
    expect(said.filter((line) => !/^(rewritten|reread) /.test(line))).toEqual([])
  },
)
