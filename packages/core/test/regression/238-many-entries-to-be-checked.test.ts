/** Regression: setMany looked at all that it was given in one go and held the loop meanwhile, 0.3 s for 100,000 entries. */
import { createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const COUNT = 400
const SLICE_COUNT = 32

function entriesOf(turnsSeen: Set<number>, turnOf: () => number) {
  let named = 0
  return Array.from({ length: COUNT }, (_, at) => {
    const part = {
      get at() {
        turnsSeen.add(turnOf())
        // A slice of them takes longer than may be spent in one go.
        if (++named % SLICE_COUNT === 0) for (const begunAtMs = performance.now(); performance.now() - begunAtMs < 3; );
        return at
      },
    }
    return [[part], at] as const
  })
}

test('the loop turns meanwhile', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1m' })
  const turnsSeen = new Set<number>()
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const results = await cache.setMany(entriesOf(turnsSeen, () => turns))
  isOver = true
  expect(results).toHaveLength(COUNT)
  expect(turnsSeen.size).toBeGreaterThan(COUNT / SLICE_COUNT / 2)
  await cache.close()
})

test('the last of many is refused before the first is written', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1m' })
  const entries = entriesOf(new Set(), () => 0)
  await expect(cache.setMany([...entries, ['last', undefined]])).rejects.toThrow(/undefined cannot be stored/)
  await expect(cache.setMany([...entries, ['last', 1, { ttl: -1 }]])).rejects.toThrow(/-1 is not a ttl/)
  expect((await cache.usage()).entries).toBe(0)
  await cache.close()
})

test('a close meanwhile waits for it', async () => {
  const cache = createCache({ backend: new ReferenceBackend({ holds: 'values' }), ttl: '1m' })
  const setting = cache.setMany(entriesOf(new Set(), () => 0))
  const closing = cache.close()
  expect(new Set((await setting).map(({ outcome }) => outcome))).toEqual(new Set(['stored']))
  await closing
})
