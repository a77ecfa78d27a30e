/**
 * Regression: getMany gave undefined for keys without a value, told values under keys that had come into its list meanwhile, and held the loop while it
 * named many keys; a backend that answered no list left its callers waiting; calls that wait were counted as one for each moment.
 */
import { createCache, type StoredEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

type Answer = readonly (StoredEntry | 'absent' | undefined)[]

class Gathering extends ReferenceBackend {
  readonly alone: string[] = []
  answer: (keys: readonly string[], nowMs: number) => unknown = (keys, nowMs) =>
    keys.map((key) => super.get(key, nowMs))

  /** Of a backend in JavaScript anything may come. */
  async getMany(keys: readonly string[], nowMs: number): Promise<Answer> {
    const answer: unknown = await this.answer(keys, nowMs)
    return answer as Answer
  }

  override get(key: string, nowMs: number) {
    this.alone.push(key)
    return super.get(key, nowMs)
  }
}

function opened() {
  const backend = new Gathering({ holds: 'bytes' })
  return { backend, cache: createCache({ backend, ttl: '1m', negativeTtl: '1m' }) }
}

const KINDS = [
  ['values', () => createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1m', negativeTtl: '1m' })],
  ['bytes', () => createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', negativeTtl: '1m' })],
  ['bytes, many at once', () => opened().cache],
] as const

test.for(KINDS)('a key without a value is not among those found (%s)', async ([, create]) => {
  const cache = create()
  await cache.getOrSet('none', () => undefined)
  await cache.set('a', 1)
  expect((await cache.lookup('none')).outcome).toBe('hit')
  expect([...(await cache.getMany(['none', 'a']))]).toEqual([['a', 1]])
})

test.for(KINDS)('a list of keys that changes meanwhile is taken as it was (%s)', async ([, create]) => {
  const cache = create()
  await cache.set('a', 1)
  await cache.set('b', 2)
  const keys = ['a', 'b']
  const found = cache.getMany(keys)
  keys.reverse()
  expect([...(await found)]).toEqual([
    ['a', 1],
    ['b', 2],
  ])
})

test('the loop turns while many keys are named', async () => {
  const { cache } = opened()
  let turns = 0
  let named = 0
  const byTurn = new Map<number, number>()
  const keyOf = (at: number) => [
    {
      get part() {
        byTurn.set(turns, (byTurn.get(turns) ?? 0) + 1)
        // As keys take that have more in them.
        if (++named % 32 === 0) for (const begunAtMs = performance.now(); performance.now() - begunAtMs < 3; );
        return at
      },
    },
  ]
  const count = (): void => {
    turns++
    if (turns < 1_000) setImmediate(count)
  }
  setImmediate(count)
  await cache.getMany(Array.from({ length: 256 }, (_, at) => keyOf(at)))
  expect(Math.max(...byTurn.values())).toBeLessThanOrEqual(128)
})

test.for([[undefined], [null]])('a backend that answers %s fails its callers, and closing ends', async ([answer]) => {
  const { backend, cache } = opened()
  backend.answer = () => answer
  const outcomes = await Promise.allSettled([cache.get('a'), cache.get('b'), cache.getMany(['c'])])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  await cache.close()
})

test('what is wrong with one key keeps no other from being counted', async () => {
  const { backend, cache } = opened()
  backend.answer = () => [{}, 'absent', undefined]
  await expect(cache.getMany(['bad', 'absent', 'alone'])).rejects.toThrow(TypeError)
  expect(backend.alone).toEqual(['alone'])
  expect(cache.stats().misses.absent).toBe(2)
})

test('calls that have not been answered are counted each', async () => {
  const { backend, cache } = opened()
  const { promise, resolve } = Promise.withResolvers<Answer>()
  backend.answer = () => promise
  const reading = [cache.get('a'), cache.get('b'), cache.lookup('c'), cache.getMany(['d', 'e'])]
  expect(cache.stats().queues.calls).toBe(4)
  resolve([])
  await Promise.all(reading)
  await new Promise(setImmediate)
  expect(cache.stats().queues.calls).toBe(0)
})
