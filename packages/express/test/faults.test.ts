import { createFakeClock, type Fault, type FaultyOperation } from '@stowage/core/testing'
import { heapBytes } from '@stowage/test-servers/heap'
import { describe, expect, test } from 'vitest'
import { Flights } from '../src/flights.ts'
import { RecentKeys } from '../src/recent-keys.ts'
import { packResponse, unpackResponse } from '../src/stored-response.ts'
import { counting, servedApp } from './served-app.ts'

const FRESH = { 'Cache-Control': 'max-age=60' }
const OPERATIONS = ['get', 'lease', 'set', 'release'] as const satisfies readonly FaultyOperation[]
const FAULTS = [
  { kind: 'throw', error: new Error('down') },
  { kind: 'reject', error: new Error('down') },
  { kind: 'hang' },
  // A full disk.
  { kind: 'refuse' },
] as const satisfies readonly Fault[]

describe('the handler serves whatever the backend does', () => {
  test.each(OPERATIONS.flatMap((operation) => FAULTS.map((fault) => [operation, fault] as const)))(
    '%s: %j',
    async (operation, fault) => {
      const { ask, backend, clock, runs } = await servedApp(counting(FRESH))
      backend.inject(operation, fault)
      for (let round = 1; round <= 3; round++) {
        const answer = ask('/a')
        let isAnswered = false
        const settled = answer.finally(() => {
          isAnswered = true
        })
        await expect
          .poll(() => {
            // A backend that hangs is left after its timeout.
            clock.advanceMs(2_000)
            return isAnswered
          })
          .toBe(true)
        expect((await settled).status).toBe(200)
      }
      backend.heal()
      clock.advanceMs(60_000)
      await expect
        .poll(async () => {
          clock.advanceMs(1_000)
          return (await ask('/b')).headers['cache-status']
        })
        .toMatch(/hit/)
      expect(runs()).toBeGreaterThan(0)
    },
  )
})

test('a cache that throws its faults is not the request’s business', async () => {
  const { ask, cache, runs } = await servedApp(counting(FRESH))
  await ask('/a')
  await cache.close()
  expect((await ask('/a')).body).toBe('run 2')
  expect(runs()).toBe(2)
})

test('nor is one that is told to throw what its backend does', async () => {
  const { ask, backend, middleware } = await servedApp(counting(FRESH), { cache: { onFault: 'throw' } })
  await ask('/a')
  backend.inject('get', { kind: 'throw', error: new Error('down') })
  expect(await ask('/a')).toMatchObject({ status: 200, body: 'run 2' })
  expect(middleware.stats().faults).toBe(1)
})

test('what is in the store and was not put there is a miss', async () => {
  const { ask, cache, middleware } = await servedApp(counting(FRESH))
  await ask('/a')
  const foreign = [
    'text',
    5,
    { status: 200 },
    Buffer.alloc(0),
    Buffer.from([255, 255, 255, 255]),
    Buffer.from('\0\0\0\u0002{}'),
    null,
  ]
  for (const [at, value] of foreign.entries()) {
    for await (const key of cache.keys()) await cache.set(key, value)
    expect((await ask('/a')).body).toBe(`run ${at + 2}`)
  }
  // It was read and known for what it is, not tried.
  expect(middleware.stats().faults).toBe(0)
})

test('of a stored head that cannot be sent nothing is left on the response of the handler', async () => {
  let runCount = 0
  const { ask, cache, middleware } = await servedApp((_req, res) => {
    if (++runCount === 1) res.status(404).set('X-First', 'yes')
    res.set('Cache-Control', 'max-age=60').send(`run ${runCount}`)
  })
  expect((await ask('/a')).status).toBe(404)
  expect(middleware.stats().stored).toBe(1)
  for await (const key of cache.keys()) {
    const stored = unpackResponse(await cache.get(key))
    if (stored === undefined) throw new Error('no response is stored')
    await cache.set(key, packResponse({ ...stored, fields: [...stored.fields, ['no name', 'at all']] }))
  }
  const { status, headers, body } = await ask('/a')
  expect([status, headers['x-first'], body]).toEqual([200, undefined, 'run 2'])
  expect(middleware.stats().faults).toBe(1)
})

describe('functions of the route that throw', () => {
  const fail = (): never => {
    throw new Error('of the route')
  }
  test.each(['bypass', 'key', 'partition', 'tags'] as const)(
    '%s: the request is answered, and nothing stored',
    async (name) => {
      const { ask, middleware, runs } = await servedApp(counting(FRESH), { options: { [name]: fail } })
      for (let round = 0; round < 2; round++) expect((await ask('/a')).status).toBe(200)
      expect(runs()).toBe(2)
      expect(middleware.stats().faults).toBe(2)
    },
  )
})

test('what is remembered of keys is bounded', () => {
  const recent = new RecentKeys(60_000)
  const flights = new Flights(10_000, createFakeClock())
  for (let at = 0; at < 5_000; at++) {
    recent.note(`key ${at}`, 0)
    const flight = flights.begin(`key ${at}`, 1)
    flights.end(`key ${at}`, flight)
  }
  expect([recent.has('key 3999', 1), recent.has('key 4000', 1)]).toEqual([false, true])
  expect([flights.hasEndedSince('key 3999', 0), flights.hasEndedSince('key 4000', 0)]).toEqual([false, true])
})

test('10,000 random queries leave no more behind than the backend holds', async () => {
  const { ask, cache, middleware } = await servedApp(counting(FRESH))
  async function askAll(first: number, end: number): Promise<number> {
    for (let at = first; at < end; at += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, next) => ask(`/a?buster=${at + next}`)))
    }
    return heapBytes()
  }
  // What is kept of keys besides the 2,000 entries is bounded too, and full by then.
  const fullBytes = await askAll(0, 6_000)
  const endBytes = await askAll(6_000, 10_000)
  expect(middleware.stats().stored).toBe(10_000)
  expect((await cache.usage()).entries).toBeLessThanOrEqual(2_000)
  expect(endBytes - fullBytes).toBeLessThan(500_000)
}, 120_000)
