/** A large value takes its place among all writes when it is asked for, though it is stored later; readers see no gap. */
import { yieldToLoop } from '@stowage/core'
import { expect, test } from 'vitest'
import { held, NOW_MS, put, sweepAll } from './entries.ts'
import { versionedValue, versionOf } from './fixtures/orders.ts'
import { rowCount } from './inspection.ts'
import { attach, newPath, openStore } from './stores.ts'
import { filesOf, large } from './value-file-sight.ts'
import { startWorkers } from './workers.ts'

test.each(['same', 'another'] as const)('what is asked for later stays, by way of the %s backend', async (which) => {
  const { backend, path } = openStore()
  const later = which === 'same' ? backend : attach(path)
  const begin = (key: string) => put(backend, key, large('a'), { tags: [key] })
  for (const key of ['set', 'deleted', 'tagged', 'prefixed']) await put(backend, key, 'old')
  const writing = ['set', 'deleted', 'tagged', 'prefixed'].map(begin)
  // Reads wait until the writes asked for before them have their place.
  for (const key of ['set', 'deleted', 'tagged', 'prefixed']) await held(backend, key)
  await put(later, 'set', 'newer')
  await later.delete('deleted', NOW_MS, undefined)
  await later.invalidate({ tags: ['tagged'] }, NOW_MS)
  await later.invalidate({ prefix: 'prefixed' }, NOW_MS)
  expect(await Promise.all(writing)).toEqual(['stored', 'stored', 'stored', 'stored'])
  expect((await held(backend, 'set')) === 'newer').toBe(true)
  for (const key of ['deleted', 'tagged', 'prefixed']) expect(await held(backend, key)).toMatch(/^miss/)
  expect(await filesOf(backend, path)).toEqual([])
  expect(rowCount(path, 'lease')).toBe(0)
})

test('a load that began before a large value was written does not replace it', async () => {
  const { backend } = openStore()
  const lease = await backend.lease('key', 'fence', 60_000, NOW_MS)
  const writing = put(backend, 'key', large('a'))
  expect(await put(backend, 'key', 'loaded before', { lease })).toBe('superseded')
  expect(await writing).toBe('stored')
  expect(await held(backend, 'key')).toBe(large('a'))
})

test('a large value under a lease that ends meanwhile is refused, and leaves no file', async () => {
  const { backend, path } = openStore()
  const lease = await backend.lease('key', 'fence', 60_000, NOW_MS)
  const writing = put(backend, 'key', large('a'), { lease })
  await put(backend, 'key', 'newer')
  expect(await writing).toBe('superseded')
  expect(await held(backend, 'key')).toBe('newer')
  expect(await filesOf(backend, path)).toEqual([])
})

test('a sweep that takes a slow write for a leftover costs it another attempt, and nothing else', async () => {
  const { backend, path } = openStore()
  const writing = put(backend, 'key', large('a'), { lifeMs: 1e12 })
  await sweepAll(attach(path), NOW_MS + 60_000)
  expect(await writing).toBe('stored')
  expect(await held(backend, 'key')).toBe(large('a'))
  expect(await filesOf(backend, path)).toHaveLength(1)
})

test('a key that another process overwrites all the time is never missed', { timeout: 60_000 }, async () => {
  const path = newPath()
  const backend = attach(path)
  const key = 'hot'
  const nowMs = Date.now()
  await put(backend, key, versionedValue(key, 2), { nowMs })
  const [worker] = await startWorkers(path, 1)
  const over = { is: false }
  const overwriting = worker.do({ do: 'overwrite', key, count: 1_500 }).finally(() => {
    over.is = true
  })
  let newest = 0
  let readCount = 0
  while (!over.is) {
    const value = await held(backend, key, nowMs)
    const version = versionOf(key, value)
    expect(version, String(value).slice(0, 60)).toBeGreaterThanOrEqual(newest)
    newest = version ?? 0
    readCount++
    // Small values are answered at once: without this, the news of the end would never come.
    await yieldToLoop()
  }
  await overwriting
  expect(readCount).toBeGreaterThan(100)
})
