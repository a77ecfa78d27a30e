/** What a touch changes of an entry's file, and of which entry. */
import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Layout } from '../src/layout.ts'
import { entryOf, openBare } from './bare-backend.ts'

async function filled() {
  const { directory, backend } = openBare()
  const nowMs = Date.now()
  const put = async (text: string, atMs = nowMs) => {
    await backend.set('key', entryOf('key', Buffer.from(text), atMs), atMs, undefined)
    const seen = await backend.get('key', nowMs)
    if (typeof seen === 'string') throw new Error(seen)
    return seen
  }
  return { backend, nowMs, put, path: new Layout(directory).placeOf('key').path }
}

test('its file says how long it lives now, and that it was used', async () => {
  const { backend, nowMs, put, path } = await filled()
  const seen = await put('value')
  const { mtimeMs } = statSync(path)
  const expireAtMs = seen.facts.expireAtMs + 60_000
  expect(await backend.touch('key', seen, { ...seen.facts, expireAtMs }, nowMs, 'keep')).toBe(true)
  const after = statSync(path)
  expect(Math.round(after.atimeMs)).toBe(expireAtMs)
  expect(after.mtimeMs).toBeGreaterThan(mtimeMs)
})

test('an entry that has taken the place of the one seen is left as it is, were it written in the same instant', async () => {
  const { backend, nowMs, put } = await filled()
  const seen = await put('value')
  const next = await put('next')
  const times = { ...seen.facts, expireAtMs: seen.facts.expireAtMs + 60_000 }
  expect(await backend.touch('key', seen, times, nowMs, 'keep')).toBe(false)
  expect(await backend.touch('key', next, times, nowMs, 'keep')).toBe(true)
})
