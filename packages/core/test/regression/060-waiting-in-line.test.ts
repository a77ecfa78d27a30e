/** Operations asked for at once by the thousand waited longer for each other than the backend may take, and were faults. */
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

const ASKED_COUNT = 10_000
const LIMIT_MS = 100
/** A backend that answers one operation after the other, and all that are asked for at once in five times the limit. */
const PER_MS = ASKED_COUNT / (5 * LIMIT_MS)

function slowStore() {
  const clock = createFakeClock()
  const inner = new ReferenceBackend({ holds: 'bytes' })
  const waiting: (() => void)[] = []
  const backend = faultyBackend(inner, clock)
  let most = 0
  const inTurn = <T>(run: () => T): Promise<T> =>
    new Promise((resolve) => {
      waiting.push(() => resolve(run()))
      most = Math.max(most, waiting.length)
    })
  const get = backend.get.bind(backend)
  const set = backend.set.bind(backend)
  backend.get = (...args) => inTurn(() => get(...args)).then((answer) => answer)
  backend.set = (...args) => {
    args[1].encode()
    return inTurn(() => set(...args)).then((answer) => answer)
  }
  const cache = createCache({ backend, ttl: '1h', backendTimeout: LIMIT_MS, clock })
  const serve = async (): Promise<void> => {
    for (let idleCount = 0; idleCount < 3; ) {
      await turn()
      clock.advanceMs(1)
      idleCount = waiting.length === 0 ? idleCount + 1 : 0
      for (const answer of waiting.splice(0, PER_MS)) answer()
    }
  }
  return { cache, backend, clock, serve, mostUnderWay: () => most }
}

const each = <T>(run: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: ASKED_COUNT }, (_, at) => run(at)))

test('what waits for others of this process is no fault, and is answered', async () => {
  const { cache, serve, mostUnderWay } = slowStore()
  const writing = each((at) => cache.set(`key ${at}`, at))
  await serve()
  expect(new Set((await writing).map(({ outcome }) => outcome))).toEqual(new Set(['stored']))
  const reading = each((at) => cache.get(`key ${at}`))
  await serve()
  expect(await reading).toEqual(Array.from({ length: ASKED_COUNT }, (_, at) => at))
  expect(cache.stats().faults).toBe(0)
  expect(mostUnderWay()).toBeLessThan(ASKED_COUNT)
})

test('each has its turn in the order in which it was asked for', async () => {
  const { cache, serve } = slowStore()
  const writing = each((at) => cache.set('key', at))
  const reading = cache.get('key')
  await serve()
  await writing
  expect(await reading).toBe(ASKED_COUNT - 1)
})

test('a value is stored as it was when set was called, however long it waits', async () => {
  const { cache, serve } = slowStore()
  const value = { count: 1 }
  const writing = each((at) => cache.set(`key ${at}`, value))
  value.count = 2
  await serve()
  await writing
  const reading = cache.get(`key ${ASKED_COUNT - 1}`)
  await serve()
  expect(await reading).toEqual({ count: 1 })
})

test('one that cannot be stored fails as ever, also behind others', async () => {
  const { cache, serve } = slowStore()
  const writing = each((at) => cache.set(`key ${at}`, 1))
  const failing = expect(cache.set('key', () => 1)).rejects.toMatchObject({ code: 'STOWAGE_CODEC' })
  await serve()
  await failing
  await writing
  expect(cache.stats().faults).toBe(1)
})

test('a backend that hangs keeps nobody waiting for more than its limit', async () => {
  const { cache, backend, clock } = slowStore()
  backend.get = () => new Promise(() => undefined)
  const reading = each((at) => cache.lookup(`key ${at}`))
  await turn()
  clock.advanceMs(LIMIT_MS)
  const lookups = await reading
  expect(new Set(lookups.map((lookup) => 'reason' in lookup && lookup.reason))).toEqual(new Set(['fault']))
})

test('while the caller holds the event loop, no time passes for its questions', async () => {
  const { cache, backend, clock } = slowStore()
  backend.get = () => turn().then(() => 'absent')
  const reading = cache.lookup('key')
  clock.advanceMs(LIMIT_MS)
  expect(await reading).toEqual({ outcome: 'miss', reason: 'absent' })
})

test('where a backend is left alone, what waits for it is answered in many turns', async () => {
  const { cache, backend, clock } = slowStore()
  backend.get = () => new Promise(() => undefined)
  const reading = each((at) => cache.lookup(`key ${at}`))
  let turnCount = 0
  let isOver = false
  const turning = (async () => {
    for (; !isOver; turnCount++) await turn()
  })()
  await turn()
  clock.advanceMs(LIMIT_MS)
  await reading
  isOver = true
  await turning
  expect(turnCount).toBeGreaterThan(50)
})
