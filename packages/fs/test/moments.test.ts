/** Steps of one moment share one holding of the lock: in their order, each with its own answer, and none at the cost of another. */
import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { DirectoryLock } from '../src/directory-lock.ts'
import type { Turn } from '../src/holding.ts'
import { Layout } from '../src/layout.ts'
import { openStore } from '../src/open-store.ts'
import { planFs } from '../src/options.ts'
import { Spares } from '../src/spares.ts'
import { entryOf, openBare } from './bare-backend.ts'
import { newDirectory, openCache } from './stores.ts'

test('a hundred steps at once take the lock a few times, and are taken in order', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => store.sections.close())
  const takes = vi.spyOn(DirectoryLock.prototype, 'tryTake')
  onTestFinished(() => takes.mockRestore())
  const taken: number[] = []
  const all = Array.from({ length: 100 }, (_, at) => at)
  expect(await Promise.all(all.map(async (at) => store.sections.run(undefined, 0, () => taken.push(at))))).toHaveLength(
    100,
  )
  expect(taken).toEqual(all)
  expect(takes.mock.calls.length).toBeLessThan(30)
})

test('a hundred writes at once are all there', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, at) => cache.set(`key ${at}`, at)))
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['stored']))
  const other = openCache(directory)
  for (let at = 0; at < 100; at++) expect(await other.get(`key ${at}`)).toBe(at)
  expect(await other.usage()).toMatchObject({ entries: 100 })
})

test('of a hundred writes of one key at once few are done, all are answered, and the last is what is there', async () => {
  const cache = openCache(newDirectory())
  const writes = vi.spyOn(Spares.prototype, 'take')
  onTestFinished(() => writes.mockRestore())
  const outcomes = await Promise.all(Array.from({ length: 100 }, (_, at) => cache.set('key', at)))
  expect(outcomes).toEqual(Array.from({ length: 100 }, () => ({ outcome: 'stored' })))
  expect(writes.mock.calls.length).toBeLessThan(5)
  expect(await cache.get('key')).toBe(99)
})

test('a write that is overtaken is refused where it would have been', async () => {
  const cache = openCache(newDirectory(), { maxBytes: 20_000 })
  const values = ['first', 'x', 'x'.repeat(30_000), 'last']
  expect(await Promise.all(values.map((value) => cache.set('key', value)))).toEqual([
    { outcome: 'stored' },
    { outcome: 'stored' },
    { outcome: 'refused', reason: 'too-large' },
    { outcome: 'stored' },
  ])
  expect(await cache.get('key')).toBe('last')
})

test('what came between two writes of a key is not passed over', async () => {
  const cache = openCache(newDirectory())
  const seen = await Promise.all([
    cache.set('other', 0),
    cache.set('key', 1),
    cache.delete('key'),
    cache.set('key', 2, { tags: ['t'] }),
    cache.invalidate({ tags: ['t'] }),
    cache.delete('key'),
    cache.set('key', 3),
  ])
  expect([seen[2], seen[5]]).toEqual([true, false])
  expect(await cache.get('key')).toBe(3)
})

test('a read sees the writes that were asked for before it', async () => {
  const cache = openCache(newDirectory())
  const writing = Array.from({ length: 500 }, (_, at) => cache.set(`key ${at}`, at))
  expect(await Promise.all([cache.get('key 499'), cache.get('key 1')])).toEqual([499, 1])
  await Promise.all(writing)
})

test('a step that fails takes nothing of the others with it', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => store.sections.close())
  const tagged = (tag: string) => (turn: Turn) => turn.emit({ k: 'tags', tags: [tag] })
  const failing = (turn: Turn): never => {
    turn.emit({ k: 'tags', tags: ['failed'] })
    turn.counts.add(7, { entryCount: 3 })
    throw new Error('failed')
  }
  const steps = [
    tagged('lone'),
    tagged('a'),
    failing,
    tagged('b'),
    (turn: Turn) => turn.counts.add(9, { entryCount: 1 }),
  ]
  const settled = await Promise.allSettled(steps.map(async (step) => store.sections.run(undefined, 0, step)))
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect([...store.journal.marks.tags]).toEqual([
    ['lone', 1],
    ['a', 2],
    ['b', 3],
  ])
  await store.sections.run(undefined, 0, ({ counts }) => {
    expect(counts.isSure(7)).toBe(false)
    expect(counts.of(9).entryCount).toBe(1)
  })
})

test('the event loop turns between writes that follow one another, and in the middle of a crowd', async () => {
  const cache = openCache(newDirectory())
  let turnCount = 0
  let isDone = false
  const turn = (): void => {
    turnCount++
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)
  for (let at = 0; at < 1_000; at++) await cache.set(`key ${at}`, at)
  const inTurnCount = turnCount
  await Promise.all(Array.from({ length: 1_000 }, (_, at) => cache.set(`key ${at}`, at)))
  isDone = true
  // A write takes more than the 20 microseconds that would leave it at one turn of 8 ms for 400 of them.
  expect(inTurnCount).toBeGreaterThan(2)
  expect(turnCount - inTurnCount).toBeGreaterThan(2)
})

test('a step that comes while one before it waits for the loop to turn is taken after it', async () => {
  const store = openStore(planFs({ directory: newDirectory() }))
  onTestFinished(() => store.sections.close())
  for (let turns = 0; turns < 3; turns++) await new Promise(setImmediate)
  let laterMs = 0
  const now = performance.now.bind(performance)
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs)
  onTestFinished(() => spy.mockRestore())
  const taken: string[] = []
  const run = async (name: string) => store.sections.run(undefined, 0, () => taken.push(name))
  const first = run('first')
  const last = new Promise((resolve) => setImmediate(() => resolve(run('last'))))
  // The loop has been kept from turning for long: the next one lets it.
  laterMs = 20
  await Promise.all([first, run('late'), last])
  expect(taken).toEqual(['first', 'late', 'last'])
})

test('a closing waits for what has been asked for, and leaves nothing', async () => {
  const { directory, backend } = openBare()
  const nowMs = Date.now()
  const body = Buffer.from('value')
  const sets = Array.from({ length: 500 }, async (_, at) =>
    backend.set(`${at}`, entryOf(`${at}`, body, nowMs), nowMs, undefined),
  )
  await backend.close()
  expect(new Set(await Promise.all(sets))).toEqual(new Set(['stored']))
  expect(readdirSync(new Layout(directory).holders)).toEqual([])
})

test('a write under a lease that holds no more takes the place of none before it', async () => {
  const { backend } = openBare()
  const nowMs = Date.now()
  const put = (key: string, text: string, token?: string) =>
    backend.set(key, entryOf(key, Buffer.from(text), nowMs), nowMs, token === undefined ? undefined : { key, token })
  expect(await Promise.all([put('other', ''), put('key', 'plain'), put('key', 'late', 'void')])).toEqual([
    'stored',
    'stored',
    'superseded',
  ])
  expect(await backend.get('key', nowMs)).toMatchObject({
    payload: { encoded: { body: Uint8Array.from(Buffer.from('plain')) } },
  })
})
