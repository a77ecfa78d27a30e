/** Regression: a write for which much had to leave held the event loop until all of it had: 69 seconds for a small value under a limit lowered to a hundredth, 1 second for 50 MB. */
import { readdirSync } from 'node:fs'
import { type ByteSize, createCache } from '@stowage/core'
import { type FsBackend, fsBackend } from '@stowage/fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { relief } from '../../src/room.ts'
import { newDirectory } from '../stores.ts'

const MANY = 300
const FEW = 20
/** Of a holding, in which each look at the clock finds a millisecond gone. */
const MOST_IN_A_TURN = 7

function open(directory: string, maxEntries: number, maxBytes: ByteSize = '500MB') {
  const backend = fsBackend({ directory, maxEntries, maxBytes })
  const cache = createCache({ backend, ttl: '1h', onFault: 'throw', backendTimeout: '1d' })
  onTestFinished(() => cache.close())
  return { backend, cache }
}

async function fill(directory: string): Promise<ReturnType<typeof open>> {
  const opened = open(directory, MANY)
  for (let at = 0; at < MANY; at++) await opened.cache.set(`old ${at}`, at)
  return opened
}

/** How many leave before the event loop turns, on a machine for which all takes long. */
function watchTurns({ backend }: { readonly backend: Pick<FsBackend, 'onRemoval'> }) {
  const counts = [0]
  let timer = setImmediate(function turn() {
    counts.push(0)
    timer = setImmediate(turn)
  })
  let laterMs = 0
  const now = performance.now.bind(performance)
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + laterMs++)
  const end = (): readonly number[] => {
    clearImmediate(timer)
    spy.mockRestore()
    return counts
  }
  onTestFinished(() => void end())
  onTestFinished(backend.onRemoval(() => counts.push((counts.pop() ?? 0) + 1)))
  return end
}

function unfinishedCount(directory: string): number {
  return readdirSync(directory, { encoding: 'utf8', recursive: true }).filter((path) => path.includes('/t.')).length
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}

test('under a lowered limit entries leave a few in each turn of the loop, in the order of the calls', async () => {
  const directory = newDirectory()
  await (await fill(directory)).cache.close()
  const opened = open(directory, FEW)
  const { cache } = opened
  const end = watchTurns(opened)
  const outcomes = await Promise.all([
    cache.set('new', 'first'),
    cache.set('new', 'second'),
    cache.set('gone', 1),
    cache.delete('gone'),
  ])
  const counts = end()
  expect(outcomes).toEqual([{ outcome: 'stored' }, { outcome: 'stored' }, { outcome: 'stored' }, true])
  expect(sum(counts)).toBeGreaterThan(MANY - FEW)
  expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_IN_A_TURN)
  expect(await cache.get('new')).toBe('second')
  expect(await cache.has('gone')).toBe(false)
  expect(await cache.usage()).toMatchObject({ entries: FEW - 1 })
  expect(await cache.check()).toMatchObject({ torn: 0, wrong: 0, orphans: 0 })
})

test('a large value waits for its room likewise, and takes none before', async () => {
  const directory = newDirectory()
  await (await fill(directory)).cache.close()
  const opened = open(directory, MANY, 1_300_000)
  const end = watchTurns(opened)
  const unfinished: number[] = []
  onTestFinished(opened.backend.onRemoval(() => unfinished.push(unfinishedCount(directory))))
  expect(await opened.cache.set('large', Buffer.alloc(1_200_000, 1))).toEqual({ outcome: 'stored' })
  const counts = end()
  expect(sum(counts)).toBeGreaterThan(MANY - 2 * FEW)
  expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_IN_A_TURN)
  expect(unfinished[0]).toBe(0)
  expect(await opened.cache.get('large')).toHaveLength(1_200_000)
})

test('so does one that finds its room taken when it is written', async () => {
  const directory = newDirectory()
  const opened = open(directory, FEW)
  const { backend, cache } = opened
  const parts = async function* () {
    yield Buffer.alloc(10, 1)
    await fill(directory)
    watchTurns(opened)
    yield Buffer.alloc(10, 1)
  }
  expect(await backend.setStream('streamed', parts(), { ttl: '1h' })).toBe('stored')
  expect(await cache.get('streamed')).toHaveLength(20)
  expect(await cache.usage()).toMatchObject({ entries: FEW })
})

test('and so is room made for it on a full disk', async () => {
  const directory = newDirectory()
  await (await fill(directory)).cache.close()
  const store = openStore(planFs({ directory }))
  onTestFinished(() => close(store))
  const end = watchTurns({ backend: store.sections })
  const need = { bytes: (MANY / 4) * 4_096, keptPath: '' }
  expect(await store.sections.run(0, 0, relief(store, need, 0))).toBe(true)
  const counts = end()
  expect(sum(counts)).toBe(MANY / 2)
  expect(Math.max(...counts)).toBeLessThanOrEqual(MOST_IN_A_TURN)
})
