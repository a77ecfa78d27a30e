/** What sweeps reclaim beside entries whose time has come: of the dead, of another journal, and of figures that are off. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../src/closing.ts'
import { Layout } from '../src/layout.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { Sweeper } from '../src/sweep.ts'
import { newDirectory, openCache } from './stores.ts'

test('what is of a journal that has been lost is reclaimed, also by who had found nothing to reclaim before', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (let at = 0; at < 5; at++) await cache.invalidate({ tags: ['t'] })
  for (let at = 0; at < 20; at++) await cache.set(`key ${at}`, at)
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: 20 })
  rmSync(new Layout(directory).journal)
  await cache.set('new', 1)
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: 1 })
})

test('room that a dead process had set aside is free again', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => close(store))
  const temp = store.layout.tempPath(7, 40_000, '0123456789abcdef')
  await store.sections.run(7, 0, ({ counts }) => {
    mkdirSync(dirname(temp), { recursive: true })
    writeFileSync(temp, '')
    counts.add(7, { tempBytes: 40_960 })
  })
  const sweeper = new Sweeper(store)
  while (!(await sweeper.sweep(0)).done);
  expect(store.counts.total().tempBytes).toBe(0)
})

test('what is invalidated behind a sweep that is under way is neither served nor kept', async () => {
  const directory = newDirectory()
  const layout = new Layout(directory)
  const keys: string[] = []
  // More than are looked at in one call, all in the first shard.
  for (let at = 0; keys.length < 40; at++) if (layout.placeOf(`${at}`).shard === 0) keys.push(`${at}`)
  const cache = openCache(directory)
  for (const key of keys) await cache.set(key, 1, { tags: ['t'] })
  const store = openStore(planFs({ directory }))
  onTestFinished(() => close(store))
  // More than are remembered once nothing is left of them.
  const tags = Array.from({ length: 10_001 }, (_, at) => `tag ${at}`)
  await store.sections.run(undefined, 0, ({ emit }) => emit({ k: 'tags', tags }))
  const sweeper = new Sweeper(store)
  // A clock by which each file takes a millisecond.
  let nowMs = performance.now()
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => nowMs++)
  onTestFinished(() => spy.mockRestore())
  expect(await sweeper.sweep(0)).toMatchObject({ done: false, invalidated: 0 })
  await cache.invalidate({ tags: ['t'] })
  let reclaimedCount = 0
  const finish = async (): Promise<void> => {
    for (let isDone = false; !isDone; ) {
      const { done, invalidated } = await sweeper.sweep(0)
      reclaimedCount += invalidated
      isDone = done
    }
  }
  await finish()
  expect(store.journal.marks.floor).toBe(1)
  expect(await Promise.all(keys.map((key) => cache.get(key)))).toEqual(keys.map(() => undefined))
  await finish()
  expect(reclaimedCount).toBe(40)
})

test('uses are written down', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const { path } = new Layout(directory).placeOf('key')
  const { atime } = statSync(path)
  utimesSync(path, atime, 1_000)
  await cache.get('key')
  await cache.sweep()
  expect(statSync(path).mtimeMs).toBeGreaterThan(Date.now() - 60_000)
  expect(statSync(path).atime).toEqual(atime)
})

test('who is open stays in the list of holders', async () => {
  const directory = newDirectory()
  const layout = new Layout(directory)
  const caches = [openCache(directory), openCache(directory)]
  writeFileSync(`${layout.holders}/0123456789abcdef`, '')
  // Of another container, of which nobody here can tell whether it lives.
  const [own = ''] = readdirSync(layout.holders).filter((id) => id !== '0123456789abcdef')
  const holder = JSON.parse(readFileSync(`${layout.holders}/${own}`, 'utf8')) as object
  const elsewhere = { ...holder, id: 'fedcba9876543210', pid: 4_194_303, space: 'another' }
  writeFileSync(`${layout.holders}/${elsewhere.id}`, JSON.stringify(elsewhere))
  await caches[0]?.sweep()
  expect(readdirSync(layout.holders)).toHaveLength(3)
})

test('a use that is written down late does not make older what another has written since', async () => {
  const directory = newDirectory()
  const [reader, writer] = [openCache(directory), openCache(directory)]
  await writer.set('key', 'value')
  await reader.get('key')
  await writer.set('key', 'newer')
  const { path } = new Layout(directory).placeOf('key')
  const { mtimeMs } = statSync(path)
  await reader.close()
  expect(statSync(path).mtimeMs).toBe(mtimeMs)
})
