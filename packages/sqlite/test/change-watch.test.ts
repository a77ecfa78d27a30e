/** A watch hears of what others change, of nothing else, and ends when it is told to. */
import { rmSync } from 'node:fs'
import { yieldToLoop } from '@stowage/core'
import type { ForeignChange, WatchOptions } from '@stowage/sqlite'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { held, NOW_MS, put } from './entries.ts'
import { alter } from './inspection.ts'
import { attach, newPath } from './stores.ts'
import { startWorkers } from './workers.ts'

const INTERVAL_MS = 100

/** Two on one file; the first is watched. */
function openTwo(limits = {}) {
  const path = newPath()
  const [one, other] = [attach(path, limits), attach(path, limits)]
  const changes: ForeignChange[] = []
  const stop = one.watch((change) => changes.push(change))
  return { path, one, other, changes, stop }
}

describe('by a clock that stands still', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('every kind of change by another is told, once, after the interval', async () => {
    const { one, other, changes } = openTwo()
    await put(one, 'key', 1, { tags: ['t'] })
    const steps = [
      () => put(other, 'key', 2, { tags: ['t'] }),
      async () => {
        const seen = await other.get('key', NOW_MS)
        if (typeof seen === 'string') throw new Error(seen)
        await other.touch('key', seen, { ...seen.facts, expireAtMs: NOW_MS + 99_000 }, NOW_MS, 'keep')
      },
      () => other.invalidate({ tags: ['t'] }, NOW_MS),
      () => other.delete('key', NOW_MS, undefined),
      () => other.invalidate({ all: true }, NOW_MS),
    ]
    for (const [at, step] of steps.entries()) {
      await step()
      vi.advanceTimersByTime(INTERVAL_MS - 1)
      expect(changes).toHaveLength(at)
      vi.advanceTimersByTime(1)
      expect(changes).toHaveLength(at + 1)
      vi.advanceTimersByTime(10 * INTERVAL_MS)
    }
    expect(changes).toHaveLength(steps.length)
  })

  test('what is written through the watched backend is not told, and hides nothing', async () => {
    const { one, other, changes } = openTwo()
    for (const key of ['a', 'b', 'c']) await put(one, key, 1)
    await one.invalidate({ tags: ['t'] }, NOW_MS)
    vi.advanceTimersByTime(5 * INTERVAL_MS)
    expect(changes).toEqual([])
    await put(other, 'd', 1)
    await put(one, 'd', 2)
    vi.advanceTimersByTime(INTERVAL_MS)
    expect(changes).toEqual([{ shard: 0, before: { tags: 0, all: 0 }, after: { tags: 1, all: 0 } }])
  })

  test('the counters tell invalidated tags, everything invalidated, and neither apart', async () => {
    const { other, changes } = openTwo()
    await put(other, 'key', 1, { tags: ['t'] })
    vi.advanceTimersByTime(INTERVAL_MS)
    await other.invalidate({ tags: ['t', 'u'] }, NOW_MS)
    vi.advanceTimersByTime(INTERVAL_MS)
    await other.invalidate({ all: true }, NOW_MS)
    vi.advanceTimersByTime(INTERVAL_MS)
    const moved = changes.map(({ before, after }) => ({
      tags: Number(after?.tags) > Number(before?.tags),
      all: Number(after?.all) > Number(before?.all),
    }))
    expect(moved).toEqual([
      { tags: false, all: false },
      { tags: true, all: false },
      { tags: false, all: true },
    ])
    expect(changes[1]?.before).toEqual(changes[0]?.after)
  })

  test('a view that gets share does not hide a change', async () => {
    const { path, one, changes } = openTwo()
    await put(one, 'key', 1)
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    for (let look = 0; look < 2; look++) expect(await held(one, 'key')).toBe(1)
    // In the same turn of the loop: the view is still open.
    alter(path, 'UPDATE stowage_meta_v1 SET epoch = 7')
    vi.advanceTimersByTime(INTERVAL_MS)
    clock.mockRestore()
    expect(changes).toMatchObject([{ after: { tags: 7 } }])
  })

  test('stopped, closed, or stopped by its own listener, it looks no more', async () => {
    const { one, other, changes, stop } = openTwo()
    const own: number[] = []
    const stopOwn = one.watch(() => {
      own.push(1)
      stopOwn()
    })
    stop()
    await put(other, 'key', 1)
    vi.advanceTimersByTime(INTERVAL_MS)
    await put(other, 'key', 2)
    vi.advanceTimersByTime(5 * INTERVAL_MS)
    expect([changes.length, own.length]).toEqual([0, 1])
    const late = vi.fn()
    one.watch(late)
    await put(other, 'key', 3)
    await one.close()
    vi.advanceTimersByTime(5 * INTERVAL_MS)
    expect(late).not.toHaveBeenCalled()
    expect(() => one.watch(late)).toThrow('after close()')
  })

  test('each shard is watched, and says which it is', async () => {
    const { other, changes } = openTwo({ shards: 4 })
    for (let at = 0; at < 40; at++) await put(other, `key ${at}`, 1)
    vi.advanceTimersByTime(INTERVAL_MS)
    expect(new Set(changes.map(({ shard }) => shard))).toEqual(new Set([0, 1, 2, 3]))
  })

  test('the file replaced: all may be different; then the new one is watched', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    const { path, one, changes } = openTwo()
    for (const part of ['', '-wal', '-shm']) rmSync(path + part, { force: true })
    const another = attach(path)
    vi.advanceTimersByTime(1_000)
    expect(changes).toMatchObject([{ shard: 0, before: { tags: 0, all: 0 }, after: undefined }])
    expect(await held(one, 'key')).toBe('miss: absent')
    await put(another, 'key', 1)
    vi.advanceTimersByTime(INTERVAL_MS)
    expect(changes).toHaveLength(2)
    warn.mockRestore()
  })

  test('a file that cannot be read is told once, and again when it can', async () => {
    const { path, changes } = openTwo()
    alter(path, 'ALTER TABLE stowage_meta_v1 RENAME TO gone')
    vi.advanceTimersByTime(5 * INTERVAL_MS)
    alter(path, 'ALTER TABLE gone RENAME TO stowage_meta_v1')
    vi.advanceTimersByTime(5 * INTERVAL_MS)
    const known = { tags: 0, all: 0 }
    expect(changes).toEqual([
      { shard: 0, before: known, after: undefined },
      { shard: 0, before: undefined, after: known },
    ])
  })

  test.each<[WatchOptions, string]>([
    [{ interval: 0 }, 'interval: 0'],
    [{ interval: '1s', ...{ every: '1s' } }, 'every'],
  ])('%j is refused', (options, message) => {
    const { one } = openTwo()
    expect(() => one.watch(() => undefined, options)).toThrow(message)
  })
})

test('another process', async () => {
  const path = newPath()
  const backend = attach(path)
  const [worker] = await startWorkers(path, 1)
  const changes: ForeignChange[] = []
  backend.watch((change) => changes.push(change), { interval: 5 })
  for (const order of [
    { do: 'set', key: 'key', value: 1, tags: ['t'] },
    { do: 'invalidate', target: { tags: ['t'] } },
  ] as const) {
    const known = changes.length
    await worker.do(order)
    await vi.waitFor(() => expect(changes.length).toBeGreaterThan(known), { timeout: 20_000, interval: 5 })
  }
  expect(changes.at(-1)?.after?.tags).toBe(1)
})

test('it keeps no process alive', async () => {
  const backend = attach(newPath())
  await yieldToLoop()
  const before = process.getActiveResourcesInfo().length
  backend.watch(() => undefined)
  expect(process.getActiveResourcesInfo()).toHaveLength(before)
})
