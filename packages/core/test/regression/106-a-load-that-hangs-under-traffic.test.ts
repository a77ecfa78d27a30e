/** Regression: a load that hung was never given up while callers kept coming, however short their timeouts. */
import { type Cache, createCache, type Duration, type LoadContext, TimeoutError } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, passTime, turn } from '../held-loader.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1h', clock })
})

/** Hangs at its first run, until its signal fires, and is well from then on. */
function onceHanging(): (context: LoadContext) => unknown {
  let runs = 0
  return async ({ signal }) => {
    if (++runs > 1) return 'new'
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve)
    })
    throw signal.reason
  }
}

/** What callers get that come one each so many milliseconds. */
async function traffic(everyMs: number, count: number, options: { hardTimeout: Duration; softTimeout?: Duration }) {
  const loader = onceHanging()
  const answers: unknown[] = []
  for (let at = 0; at < count; at++) {
    const tell = (answer: unknown) => {
      answers[at] = answer instanceof TimeoutError ? 'timeout' : answer
    }
    cache.getOrSet('key', loader, { ttl: '1h', staleIfError: '1m', ...options }).then(tell, tell)
    await passTime(clock, everyMs)
  }
  return answers
}

test.each([50, 150])('callers with an older value, one each %i ms', async (everyMs) => {
  await cache.set('key', 'old', { ttl: '1s', staleIfError: '1m' })
  clock.advanceMs(1_000)
  const answers = await traffic(everyMs, 3_000 / everyMs, { softTimeout: 100, hardTimeout: 1_000 })
  expect(new Set(answers)).toEqual(new Set(['old', 'new']))
  expect(answers.at(-1)).toBe('new')
})

test('callers without one, whose waits overlap: those who joined late ask again', async () => {
  expect(await traffic(500, 6, { hardTimeout: 1_000 })).toEqual(['timeout', 'timeout', 'new', 'new', 'new', 'new'])
})

test('a second overrun frees those who wait on, and the slot is freed as ever', async () => {
  const { loader, runs } = heldLoader()
  const hasty = () => cache.getOrSet('key', loader, { hardTimeout: 100 }).catch((error: unknown) => error)
  const first = hasty()
  await turn()
  const patient = cache.getOrSet('key', loader)
  await passTime(clock, 100)
  expect(await first).toBeInstanceOf(TimeoutError)
  expect(runs[0]?.context.signal.aborted).toBe(false)
  const second = hasty()
  await passTime(clock, 100)
  expect(runs[0]?.context.signal.reason).toBe(await second)
  await passTime(clock, 9_990)
  expect(runs).toHaveLength(1)
  await passTime(clock, 10)
  runs[1]?.settle('new')
  expect(await patient).toBe('new')
})

test('a soft timeout that ends later lets it go on for nobody', async () => {
  await cache.set('key', 'old', { ttl: '1s', staleIfError: '1m' })
  clock.advanceMs(1_000)
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const first = cache.getOrSet('key', loader, { fresh: true, hardTimeout: 100 }).catch(() => 'timeout')
  await turn()
  const needy = cache.getOrSet('key', loader, { fresh: true, signal: leaving.signal }).catch(() => 'left')
  await passTime(clock, 100)
  const soft = cache.getOrSet('key', loader, { softTimeout: 50 })
  await passTime(clock, 50)
  expect([await first, await soft, runs[0]?.context.signal.aborted]).toEqual(['timeout', 'old', false])
  leaving.abort()
  expect([await needy, runs[0]?.context.signal.aborted]).toEqual(['left', true])
})

test('closing ends at once what waits behind a load that was given up', async () => {
  const { loader } = heldLoader()
  void cache.getOrSet('key', loader, { hardTimeout: 100 }).catch(() => 'timeout')
  await passTime(clock, 100)
  const closing = cache.close()
  await passTime(clock, 10_000)
  await closing
  expect(clock.timerCount).toBe(0)
})
