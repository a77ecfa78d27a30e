/** A throttle gave one token less than its burst where fractions of milliseconds add up to more, and tokens without end once its record was torn. */

import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { throttle } from '@stowage/structures'
import { expect, test } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })

async function tokensOf(name: string, limit: number, startMs: number): Promise<number> {
  const limiter = throttle(backend, name, { limit, per: '1s', clock: createFakeClock(startMs) })
  expect((await limiter.stats()).tokens).toBe(limit)
  let count = 0
  while (count <= limit && (await limiter.tryAcquire())) {
    count++
    expect((await limiter.stats()).tokens).toBe(limit - count)
  }
  return count
}

test.each([1, 2, 3, 6, 7, 11, 13, 30, 60, 100, 333, 999, 1_000])('a burst of %i is so many', async (limit) => {
  for (const startMs of [1_700_000_000_000, 1_763_000_000_123, 1_999_999_999_999]) {
    expect(await tokensOf(`${limit} ${startMs}`, limit, startMs)).toBe(limit)
  }
})

test('over ten minutes the rate is kept', async () => {
  const clock = createFakeClock()
  const limiter = throttle(backend, 'rate', { limit: 7, per: '1s', clock })
  let count = 0
  for (let elapsedMs = 0; elapsedMs < 600_000; elapsedMs += 10) {
    while (await limiter.tryAcquire()) count++
    clock.advanceMs(10)
  }
  expect(count).toBeGreaterThanOrEqual(7 * 600)
  expect(count).toBeLessThanOrEqual(7 * 600 + 7)
})

test('one whose record says nothing begins anew', async () => {
  const put = { do: 'put', key: 't', value: 'torn', moveCount: 0 } as const
  await backend.spaces.commit('throttle:torn', { expect: [], changes: [put], isTold: false }, 0)
  expect(await tokensOf('torn', 2, 1_700_000_000_000)).toBe(2)
})
