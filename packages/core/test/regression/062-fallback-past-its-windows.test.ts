// A value that was good enough to stand in when a load began was served when the load had failed an hour later, with the age it had then.
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

const down = new Error('source is down')

let clock: FakeClock
let cache: Cache

beforeEach(async () => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '10s', staleIfError: '10s', clock })
  await cache.set('key', 'old')
  clock.advanceMs(15_000)
})

async function failingAfter(lengthMs: number) {
  const { loader, runs } = heldLoader()
  const answer = cache.lookupOrSet('key', loader)
  await turn()
  clock.advanceMs(lengthMs)
  runs[0]?.fail(down)
  return answer
}

test('within its window it stands in, and says how old it is by then', async () => {
  expect(await failingAfter(4_999)).toMatchObject({ outcome: 'stale', value: 'old', ageMs: 19_999 })
})

test('past it the failure is told', async () => {
  await expect(failingAfter(5_000)).rejects.toBe(down)
  expect(cache.stats().fallbacks).toBe(0)
})

test('past it a caller waits on where its soft timeout would have left it with that value', async () => {
  const { loader, runs } = heldLoader()
  const answer = cache.getOrSet('key', loader, { softTimeout: '5s' })
  await turn()
  clock.advanceMs(5_000)
  await turn()
  runs[0]?.settle('new')
  expect(await answer).toBe('new')
})
