/** What the thread of a backup does, step by step, without the thread. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type CopyNews, copyAll } from '../src/backup/copy.ts'
import { put } from './entries.ts'
import { alter } from './inspection.ts'
import { openStore } from './stores.ts'
import { large } from './value-file-sight.ts'

const going = () => new Int32Array(new SharedArrayBuffer(4))

async function pinned() {
  const { backend, path } = openStore()
  for (let at = 0; at < 100; at++) await put(backend, `key ${at}`, large('a'))
  // More pages than go in a step.
  for (let at = 0; at < 100; at++) await put(backend, `row ${at}`, 'r'.repeat(100_000))
  alter(path, `UPDATE stowage_meta_v1 SET pinned_until_ms = ${Date.now() + 60_000}`)
  return path
}

test('ended at a step, it makes no other', async () => {
  const path = await pinned()
  const news: CopyNews[] = []
  await copyAll({ copies: [{ holds: 'cache', from: path, to: `${path}.whole` }], stop: going() }, (one) =>
    news.push(one),
  )
  expect(news.at(-1)?.did).toBe('all')
  const steps = news.filter(({ did }) => did === 'a step')
  expect(steps.length).toBeGreaterThan(6)
  for (const last of steps.slice(0, -1).keys()) {
    const stop = going()
    let steppedCount = 0
    const ended = copyAll({ copies: [{ holds: 'cache', from: path, to: `${path}.copy-${last}` }], stop }, ({ did }) => {
      if (did === 'a step' && steppedCount++ === last) stop[0] = 1
    })
    await expect(ended).rejects.toThrow('the backup was ended')
    expect(steppedCount, `ended at step ${last}`).toBe(last + 1)
  }
})

test('a file that is not pinned is not the one that was to be copied: nothing is', async () => {
  const path = await pinned()
  alter(path, `UPDATE stowage_meta_v1 SET pinned_until_ms = ${Date.now()}`)
  const to = `${path}.copy`
  await expect(
    copyAll({ copies: [{ holds: 'cache', from: path, to }], stop: going() }, () => undefined),
  ).rejects.toThrow('not the one in use')
  expect(existsSync(to)).toBe(false)
})
