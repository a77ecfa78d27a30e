/** Regression: an entry that a crash had left under its other name could not be touched: ENOENT, until its shard had been counted anew. */
import { renameSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { entryOf, openBare } from '../bare-backend.ts'

test('an entry whose replacement was cut short is touched', async () => {
  const { directory, backend } = openBare()
  const nowMs = Date.now()
  await backend.set('key', entryOf('key', Buffer.from('value'), nowMs), nowMs, undefined)
  const seen = await backend.get('key', nowMs)
  if (typeof seen === 'string') throw new Error(seen)
  const layout = new Layout(directory)
  const { path } = layout.placeOf('key')
  renameSync(path, `${path}.old`)
  rmSync(layout.counts)
  const times = { ...seen.facts, expireAtMs: seen.facts.expireAtMs + 1_000 }
  expect(await backend.touch('key', seen, times, nowMs, 'keep')).toBe(true)
  expect(await backend.get('key', nowMs)).toMatchObject({ facts: { expireAtMs: times.expireAtMs } })
})
