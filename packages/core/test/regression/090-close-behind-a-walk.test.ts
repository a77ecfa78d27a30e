// close() waited for an invalidation that had failed and was tried again for as long as that walked.
import { type Backend, type Cache, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

const SECOND_MS = 1_000

let clock: FakeClock
let backend: Backend
let isDown: boolean
let walkCount: number
let goOn: (() => void) | undefined
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  const inner = faultyBackend(new ReferenceBackend(), clock)
  isDown = true
  walkCount = 0
  goOn = undefined
  let fail: (error: Error) => void = () => undefined
  backend = {
    ...inner,
    invalidate(_, __, onProgress) {
      if (isDown) throw new Error('down')
      walkCount++
      goOn = onProgress
      return new Promise<void>((_, reject) => {
        fail = reject
      })
    },
    close() {
      fail(new Error('closed'))
      return inner.close()
    },
  }
  cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '2s' })
})

/** Time passes, and the walk says all the while that it goes on. */
async function walkOn(seconds: number): Promise<void> {
  for (let passed = 0; passed < seconds; passed++) {
    await turn()
    clock.advanceMs(SECOND_MS)
    goOn?.()
  }
  await turn()
}

test('it ends after ten seconds, and nothing is tried after it', async () => {
  for (const prefix of ['a', 'b']) await expect(cache.invalidate({ prefix })).rejects.toThrow('down')
  isDown = false
  let isClosed = false
  const closing = cache.close().then(() => {
    isClosed = true
  })
  await walkOn(9)
  expect([isClosed, walkCount]).toEqual([false, 1])
  await walkOn(1)
  expect([isClosed, walkCount]).toEqual([true, 1])
  await closing
  await walkOn(60)
  expect([walkCount, clock.timerCount]).toEqual([1, 0])
})
