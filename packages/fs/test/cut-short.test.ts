/** A writer that is killed between the bytes of an entry and the times of its file leaves those of before: what the head says holds. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { systemClock } from '@stowage/core'
import type { FsOptions } from '@stowage/fs'
import { expect, test } from 'vitest'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

const HOUR_MS = 3_600_000

/** An entry of that life, in a file whose times say another. */
async function cutShort(
  life: { readonly isMs: number; readonly saidMs: number },
  options: Omit<FsOptions, 'directory'>,
) {
  const directory = newDirectory()
  let nowMs = Date.now()
  const cache = openCache(directory, options, { ...systemClock, nowMs: () => nowMs, recentMs: () => nowMs })
  const { path } = new Layout(directory).placeOf('key')
  await cache.set('key', 'value', { ttl: life.isMs })
  const bytes = readFileSync(path)
  await cache.set('key', 'other', { ttl: life.saidMs })
  await cache.sweep()
  writeFileSync(path, bytes)
  expect(Math.round(statSync(path).atimeMs)).toBe(nowMs + life.saidMs)
  // A use, written down by a sweep.
  await cache.get('key')
  await cache.sweep()
  nowMs += HOUR_MS / 2
  return cache
}

test('a live entry does not leave as expired', async () => {
  const cache = await cutShort({ isMs: HOUR_MS, saidMs: 500 }, { eviction: 'none', maxEntries: 1 })
  expect(await cache.set('next', 1)).toEqual({ outcome: 'refused', reason: 'admission' })
  expect(await cache.get('key')).toBe('value')
})

test('nor before one that was used less recently', async () => {
  const cache = await cutShort({ isMs: HOUR_MS, saidMs: 500 }, { maxEntries: 2 })
  const left: unknown[] = []
  cache.on('removal', ({ key, cause }) => left.push([key, cause]))
  await cache.set('older', 1)
  await cache.get('key')
  await cache.set('next', 1)
  expect(left).toEqual([['older', 'evicted']])
})

test('one that has expired is found by a sweep, though its shard was clean', async () => {
  const cache = await cutShort({ isMs: 500, saidMs: HOUR_MS }, {})
  expect(await cache.sweep()).toMatchObject({ expired: 1 })
})
