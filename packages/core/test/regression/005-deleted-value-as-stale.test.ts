// A refresh was handed, as stale, a value that had been deleted between its read and its lease, and could store it again. And who had waited for a
// load since before a deletion was given the deleted value when the load failed, however long after.
import type { Cache } from '@stowage/core'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, passTime, turn } from '../held-loader.ts'

test('a loader never sees a value that is gone', async () => {
  const { clock, backend, cache } = faultyCache({ ttl: '1s', staleWhileRevalidate: '1h' })
  await cache.set('key', 'old')
  clock.advanceMs(1_500)
  backend.inject('get', { kind: 'late', delayMs: 20 })
  const asked = cache.getOrSet('key', ({ stale }) => stale?.value ?? 'loaded')
  await turn()
  await cache.delete('key')
  backend.heal()
  clock.advanceMs(20)
  expect(await asked).toBe('old')
  await turn()
  await turn()
  expect(await cache.get('key')).toBe('loaded')
})

const source = new Error('source is down')
const options = { ttl: '1s', staleIfError: '1h', tags: ['tag'] } as const

/** A cache of which a caller waits for a load, with an older value to leave with. */
async function waitingCaller(limits: { readonly softTimeout?: number; readonly hardTimeout?: number } = {}) {
  const { clock, backend, cache } = faultyCache({ ttl: '1s' })
  await cache.set('key', 'old', options)
  await cache.set('other', 'old', { ...options, tags: [] })
  clock.advanceMs(2_000)
  const { loader, runs } = heldLoader()
  const answer = cache.getOrSet('key', loader, { ...options, ...limits })
  answer.catch(() => undefined)
  await turn()
  return { clock, backend, cache, runs, answer }
}

const REMOVALS: readonly [string, (cache: Cache) => Promise<unknown>][] = [
  ['delete', (cache) => cache.delete('key')],
  ['deleteMany', (cache) => cache.deleteMany(['other', 'key'])],
  ['invalidate by tag', (cache) => cache.invalidate({ tags: ['tag'] })],
  ['invalidate by prefix', (cache) => cache.invalidate({ prefix: 'ke' })],
  ['invalidate all', (cache) => cache.invalidate({ all: true })],
]

test.each(REMOVALS)('who waits for a load is not given what is gone: %s', async (_, remove) => {
  const { cache, runs, answer } = await waitingCaller()
  await remove(cache)
  runs[0]?.fail(source)
  await expect(answer).rejects.toBe(source)
  expect(cache.stats().fallbacks).toBe(0)
})

test('nor where the deletion has failed, and is tried again', async () => {
  const { backend, cache, runs, answer } = await waitingCaller()
  backend.inject('delete', { kind: 'throw', error: new Error('down') })
  await expect(cache.delete('key')).rejects.toThrow(/down/)
  runs[0]?.fail(source)
  await expect(answer).rejects.toBe(source)
})

test('at its soft timeout it waits on, at its hard timeout it fails', async () => {
  const { clock, cache, answer } = await waitingCaller({ softTimeout: 100, hardTimeout: 500 })
  await cache.delete('key')
  let failure: unknown
  answer.catch((error: unknown) => {
    failure = error
  })
  await passTime(clock, 490)
  expect(failure).toBeUndefined()
  await passTime(clock, 10)
  expect(failure).toMatchObject({ code: 'STOWAGE_TIMEOUT', phase: 'load' })
})

test('what was taken is nobody else’s', async () => {
  const { cache, answer, runs } = await waitingCaller()
  await cache.set('key', 'fresh', options)
  expect(await cache.take('key')).toBe('fresh')
  runs[0]?.fail(source)
  await expect(answer).rejects.toBe(source)
})

test('of other keys, and of an expiry, it is given the older value', async () => {
  const { cache, runs, answer } = await waitingCaller()
  await cache.delete('other')
  await cache.invalidate({ tags: ['another'] })
  await cache.expire({ key: 'key' })
  runs[0]?.fail(source)
  expect(await answer).toBe('old')
})
