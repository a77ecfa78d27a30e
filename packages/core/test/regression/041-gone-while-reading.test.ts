// A signal or hard timeout that came while the read was under way was lost: its caller waited for the loader all the same, and a hard timeout began anew with each wait.
import type { Cache, Schema } from '@stowage/core'
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, passTime, turn } from '../held-loader.ts'

let { clock, backend, cache } = faultyCache()

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache())
})

/** A call whose failure is its answer. */
const ask = (...call: Parameters<Cache['getOrSet']>) => cache.getOrSet(...call).catch((error: unknown) => error)
const soFar = (answer: Promise<unknown>) => Promise.race([answer, turn().then(() => 'waits')])

test('a signal that fires during the read ends the wait, and no loader is called', async () => {
  backend.inject('get', { kind: 'late', delayMs: 100 })
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const asked = ask('key', loader, { signal: leaving.signal })
  await turn()
  leaving.abort(new Error('gone'))
  expect(await soFar(asked)).toMatchObject({ message: 'gone' })
  await passTime(clock, 100)
  expect(runs).toHaveLength(0)
})

test('so does a hard timeout', async () => {
  backend.inject('get', { kind: 'late', delayMs: 100 })
  const { loader, runs } = heldLoader()
  const asked = ask('key', loader, { hardTimeout: 50 })
  await passTime(clock, 50)
  expect(await soFar(asked)).toMatchObject({ code: 'STOWAGE_TIMEOUT', limitMs: 50 })
  await passTime(clock, 50)
  expect(runs).toHaveLength(0)
})

test('a hard timeout counts from the question: the load has what the read has left', async () => {
  backend.inject('get', { kind: 'late', delayMs: 60 })
  const asked = ask('key', heldLoader().loader, { hardTimeout: 100 })
  await passTime(clock, 90)
  expect(await soFar(asked)).toBe('waits')
  await passTime(clock, 10)
  expect(await soFar(asked)).toMatchObject({ code: 'STOWAGE_TIMEOUT', limitMs: 100 })
})

test('a signal that fires while a schema looks at what another has loaded is heard before the next load', async () => {
  const verdict = Promise.withResolvers<{ issues: [] }>()
  const schema: Schema<number> = { '~standard': { validate: () => verdict.promise } }
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const first = cache.getOrSet('key', loader)
  await turn()
  const joined = ask('key', loader, { schema, signal: leaving.signal })
  await turn()
  runs[0]?.settle('text')
  await first
  leaving.abort(new Error('gone'))
  verdict.resolve({ issues: [] })
  expect(await soFar(joined)).toMatchObject({ message: 'gone' })
  expect(runs).toHaveLength(1)
})
