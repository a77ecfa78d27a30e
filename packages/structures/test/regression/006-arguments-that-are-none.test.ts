/** What is no signal or no function was found out when it was called, with an error that named neither, or by a timer that threw. */
import { ConfigError } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { barrier, createIndex, createLock, createQueue, throttle } from '@stowage/structures'
import { expect, test } from 'vitest'

const backend = memoryBackend({ maxEntries: 1 })
const lock = createLock(backend, 'lock')
const queue = createQueue<number>(backend, 'queue')
const index = createIndex<number>(backend, 'index')
const limiter = throttle(backend, 'throttle', { limit: 1, per: '1s' })
const NONE = 'none' as never

test.each<[string, RegExp, () => unknown]>([
  ['acquire', /acquire: signal: .* allowed: an AbortSignal/, () => lock.acquire({ signal: NONE })],
  ['tryAcquire', /tryAcquire: signal: .* allowed: an AbortSignal/, () => lock.tryAcquire({ signal: NONE })],
  ['tryAcquire of what is unknown', /tryAcquire: unknown option/, () => lock.tryAcquire({ delay: 1 } as never)],
  ['pull', /pull: signal: .* allowed: an AbortSignal/, () => queue.pull({ signal: NONE })],
  ['jobs', /jobs: signal: .* allowed: an AbortSignal/, () => Array.fromAsync(queue.jobs({ signal: NONE }))],
  ['work', /work: signal: .* allowed: an AbortSignal/, () => queue.work(() => undefined, { signal: NONE })],
  ['work of nothing', /work: handle: .* allowed: a function/, () => queue.work(NONE)],
  ['a throttle', /acquire: signal: .* allowed: an AbortSignal/, () => limiter.acquire({ signal: NONE })],
  ['a throttle of what is unknown', /acquire: unknown option/, () => limiter.acquire({ wait: 1 } as never)],
  ['prefix and from', /prefix: not with from or to/, () => index.first({ prefix: 'a', from: 'ab' })],
])('%s says what it is about', async (_, message, ask) => {
  const refused = await Promise.resolve(ask()).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toMatch(message)
})

test('so does a barrier', () => {
  expect(() => barrier(backend, 'barrier', NONE)).toThrow(/barrier: work: .* allowed: a function/)
})

test('who has changed his mind before he asks is given no permit', async () => {
  await expect(lock.tryAcquire({ signal: AbortSignal.abort(new Error('changed')) })).rejects.toThrow('changed')
  expect(await lock.stats()).toEqual({ holders: 0, waiting: 0 })
})
