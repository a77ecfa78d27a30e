/**
 * An invalidation by prefix or pattern that walked for longer than `backendTimeout` failed, though it went on; it was tried
 * again from the beginning for as long as a walk takes, for ever, and opened the breaker. What it covers was not served meanwhile.
 */
import { type Backend, BackendError, type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, expect, test } from 'vitest'

const STEP_MS = 500

let clock: FakeClock
let walkCount: number

/** It goes step by step, and says so, until it comes to its end or stops for good. */
function walkingBackend(stepCount: number, end: 'done' | 'never'): Backend {
  const inner = new ReferenceBackend({ holds: 'bytes' })
  const walking: Backend = {
    ...faultyBackend(inner, clock),
    get truth() {
      return walking
    },
    async invalidate(target, _nowMs, onProgress) {
      walkCount++
      for (let step = 0; step < stepCount; step++) {
        await new Promise<void>((resolve) => void clock.schedule(STEP_MS, resolve))
        onProgress?.()
      }
      if (end === 'never') await new Promise(() => undefined)
      inner.invalidate(target)
    },
  }
  return walking
}

beforeEach(() => {
  clock = createFakeClock()
  walkCount = 0
})

/** Lets so much time pass, in small steps. */
async function pass(lengthMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < lengthMs; passedMs += STEP_MS / 2) {
    await new Promise(setImmediate)
    clock.advanceMs(STEP_MS / 2)
  }
  await new Promise(setImmediate)
}

async function filled(cache: Cache): Promise<Cache> {
  await cache.set('user:1', 'old')
  await cache.set('order:1', 'kept')
  return cache
}

const caches: readonly (readonly [string, (backend: Backend) => Cache])[] = [
  ['on its own', (backend) => createCache({ backend, ttl: '1h', clock })],
  [
    'behind memory',
    (backend) => {
      const tiers = [memoryBackend({ maxEntries: 9 }), backend]
      return createCache({ backend: hybridBackend({ tiers, clock, onTier: () => undefined }), ttl: '1h', clock })
    },
  ],
]

test.each(caches)('takes as long as it goes on: %s', async (_, open) => {
  const cache = await filled(open(walkingBackend(40, 'done')))
  const invalidating = cache.invalidate({ prefix: 'user:' })
  await pass(41 * STEP_MS)
  await invalidating
  expect(cache.stats()).toMatchObject({ faults: 0, breakerOpenings: 0, queues: { invalidations: 0 } })
  expect([walkCount, await cache.get('user:1'), await cache.get('order:1')]).toEqual([1, undefined, 'kept'])
})

test('fails when it has said nothing for as long as an answer may take', async () => {
  const cache = await filled(createCache({ backend: walkingBackend(10, 'never'), ttl: '1h', clock }))
  let failedAtMs = 0
  const startedAtMs = clock.nowMs()
  const failed = expect(
    cache.invalidate({ prefix: 'user:' }).catch((error: unknown) => {
      failedAtMs = clock.nowMs() - startedAtMs
      throw error
    }),
  ).rejects.toThrow(BackendError)
  await pass(9 * STEP_MS)
  expect(failedAtMs).toBe(0)
  await pass(10 * STEP_MS)
  await failed
  // Two seconds after it was last heard of.
  expect(failedAtMs).toBeGreaterThanOrEqual(10 * STEP_MS + 1_500)
  expect(failedAtMs).toBeLessThanOrEqual(10 * STEP_MS + 3_000)
})
