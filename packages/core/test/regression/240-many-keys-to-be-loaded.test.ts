/** Regression: a query's getMany began all its loads in one go, and getOrSetMany made all its keys so; of 20,000 the loop was held for seconds. */
import { createCache, defineQuery } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const COUNT = 400
const SLICE_COUNT = 32
const LIST = Array.from({ length: COUNT }, (_, at) => at)

/** In how many turns of the event loop the keys were made; a slice of them takes longer than may be spent in one go. */
async function turnsOf(ask: (keyOf: (at: number) => string) => Promise<unknown>): Promise<number> {
  const turnsSeen = new Set<number>()
  let turns = 0
  let named = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await ask((at) => {
    turnsSeen.add(turns)
    if (++named % SLICE_COUNT === 0) for (const begunAtMs = performance.now(); performance.now() - begunAtMs < 3; );
    return `key ${at}`
  })
  isOver = true
  return turnsSeen.size
}

const cacheOf = () => createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1m' })

test('the loop turns between slices of a query’s loads, and the answers are in order', async () => {
  const cache = cacheOf()
  let found: readonly unknown[] = []
  const turnCount = await turnsOf(async (keyOf) => {
    const query = defineQuery(cache, { key: keyOf, load: (at: number) => at * 2 })
    found = await query.getMany(LIST)
  })
  expect(turnCount).toBeGreaterThan(COUNT / SLICE_COUNT / 2)
  expect(found).toEqual(LIST.map((at) => at * 2))
  await cache.close()
})

test('one of them that fails fails the call, and keeps none of the others from being loaded', async () => {
  const cache = cacheOf()
  const loaded: number[] = []
  const query = defineQuery(cache, {
    key: (at: number) => `key ${at}`,
    load: (at) => {
      loaded.push(at)
      return at === 3 ? Promise.reject(new Error('not this one')) : at
    },
  })
  await expect(query.getMany(LIST)).rejects.toThrow('not this one')
  await cache.close()
  expect(loaded).toEqual(LIST)
})

test('the loop turns while getOrSetMany makes keys of what it was given', async () => {
  const cache = cacheOf()
  const turnCount = await turnsOf((keyOf) => {
    const keys = LIST.map((at) => [
      {
        get part() {
          return keyOf(at)
        },
      },
    ])
    return cache.getOrSetMany(keys, (missing) => new Map(missing.map((key) => [key, 1])))
  })
  expect(turnCount).toBeGreaterThan(COUNT / SLICE_COUNT / 2)
  await cache.close()
})
