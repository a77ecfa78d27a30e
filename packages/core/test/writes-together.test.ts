/** Sets of one moment to a backend that takes many at once: one question, each its own answer, and nothing asked for later ahead of them. */
import { BackendError, CodecError, createCache, type GivenWrite, type WriteOutcome } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from './held-loader.ts'

/** Keeps what it was asked, in its order. */
class Storing extends ReferenceBackend {
  readonly asked: string[] = []
  fails = false
  /** Of these it says that they failed. */
  readonly failing = new Set<string>()

  async setMany(writes: readonly GivenWrite[], nowMs: number): Promise<(WriteOutcome | Error)[]> {
    this.asked.push(`set ${writes.map(({ key }) => key).join(' ')}`)
    if (this.fails) throw new Error('down')
    const outcomes = writes.map(({ key, entry }) =>
      this.failing.has(key) ? new Error('no room') : super.set(key, entry, nowMs, undefined),
    )
    await turn()
    return outcomes
  }

  override set(...[key, entry, nowMs, lease]: Parameters<ReferenceBackend['set']>): WriteOutcome {
    this.asked.push(`${lease === undefined ? 'alone' : 'leased'} ${key}`)
    return super.set(key, entry, nowMs, lease)
  }

  override get(key: string, nowMs: number) {
    this.asked.push(`get ${key}`)
    return super.get(key, nowMs)
  }

  override delete(...[key, nowMs, lease]: Parameters<ReferenceBackend['delete']>) {
    this.asked.push(`delete ${key}`)
    return super.delete(key, nowMs, lease)
  }

  override invalidate(...[target]: Parameters<ReferenceBackend['invalidate']>) {
    this.asked.push('invalidate')
    return super.invalidate(target)
  }

  override lease(...[key, mode, lengthMs, nowMs]: Parameters<ReferenceBackend['lease']>) {
    this.asked.push(`lease ${key}`)
    return super.lease(key, mode, lengthMs, nowMs)
  }
}

function opened(onFault: 'bypass' | 'throw' = 'bypass') {
  const backend = new Storing({ holds: 'bytes' })
  const clock = createFakeClock()
  const cache = createCache({ backend, ttl: '1m', clock, onFault })
  const faults: string[] = []
  cache.on('fault', ({ operation, error }) => faults.push(`${operation} ${error.name}`))
  return { backend, clock, cache, faults }
}

const REFUSED = { outcome: 'refused', reason: 'fault' }
const STORED = { outcome: 'stored' }

test('sets of one moment are one question, and one operation of the backend', async () => {
  const { backend, cache } = opened()
  const sets = [cache.set('a', 1), cache.set('b', 2, '2m'), cache.setMany([['c', 3]]), cache.namespace('n').set('d', 4)]
  expect(await Promise.all(sets)).toEqual([STORED, STORED, [STORED], STORED])
  expect(backend.asked).toEqual(['set a b #n/=d', 'set c'])
  expect(cache.stats()).toMatchObject({ writes: 4, faults: 0 })
  expect(cache.stats().backendTimes.count).toBe(2)
  expect(await cache.get('b')).toBe(2)
})

test('a question that has become long goes at once: what is longer has a deadline of its own', async () => {
  const { backend, cache } = opened()
  const large = 'x'.repeat(700_000)
  const sets = ['a', 'b', 'c', 'd', 'e'].map((key) => cache.set(key, key === 'c' ? 1 : large))
  expect(backend.asked).toEqual(['set a b', 'set c d e'])
  await Promise.all([...sets, cache.set('f', 1)])
  expect(backend.asked).toEqual(['set a b', 'set c d e', 'set f'])
})

test('a full question goes at once, and the others are behind it', async () => {
  const { backend, cache } = opened()
  const sets = Array.from({ length: 300 }, (_, at) => cache.set(`${at}`, at))
  expect(backend.asked.map((asked) => asked.split(' ').length - 1)).toEqual([128, 128])
  await Promise.all(sets)
  expect(backend.asked.map((asked) => asked.split(' ').length - 1)).toEqual([128, 128, 44])
  expect(cache.stats()).toMatchObject({ writes: 300 })
})

test('a backend that answers with no list keeps nobody waiting', async () => {
  const backend = new ReferenceBackend({ holds: 'bytes' })
  Object.assign(backend, { setMany: async () => undefined })
  const cache = createCache({ backend, ttl: '1m', clock: createFakeClock() })
  const outcomes = await Promise.allSettled([cache.set('a', 1), cache.set('b', 2)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('whatever else is asked for in the same moment is behind the sets before it', async () => {
  const { backend, cache } = opened()
  const asking = [
    cache.set('a', 1, { tags: ['t'] }),
    cache.delete('a'),
    cache.set('a', 2, { tags: ['t'] }),
    cache.invalidate({ tags: ['t'] }),
    cache.set('a', 3),
    cache.get('a'),
    cache.set('a', 4),
    cache.getOrSet('b', () => 'loaded'),
  ]
  const answers = await Promise.all(asking)
  expect(answers.slice(1, 2)).toEqual([true])
  expect(answers[5]).toBe(3)
  expect(backend.asked.slice(0, 7)).toEqual(['set a', 'delete a', 'set a', 'invalidate', 'set a', 'get a', 'set a'])
  expect(backend.asked).toContain('leased b')
  expect(await cache.get('a')).toBe(4)
})

test('a step that reads and writes is behind the sets before it', async () => {
  const { cache } = opened()
  const [, sum] = await Promise.all([cache.set('n', 5), cache.increment('n')])
  expect(sum).toBe(6)
})

test('what is stored is the value as it was', async () => {
  const { cache } = opened()
  const value = { list: [1] }
  const setting = cache.set('a', value)
  value.list.push(2)
  await setting
  expect(await cache.get('a')).toEqual({ list: [1] })
})

test('a value that cannot be encoded is its own caller’s fault', async () => {
  const { backend, cache, faults } = opened()
  const outcomes = await Promise.allSettled([cache.set('a', 1), cache.set('b', () => 1), cache.set('c', 3)])
  expect(outcomes[1]).toMatchObject({ status: 'rejected', reason: expect.any(CodecError) as unknown })
  expect([outcomes[0], outcomes[2]]).toEqual(Array(2).fill({ status: 'fulfilled', value: STORED }))
  expect(backend.asked).toEqual(['set a c'])
  expect(faults).toEqual(['set CodecError'])
})

test('one that failed alone is a fault of its own', async () => {
  const { backend, cache, faults } = opened()
  backend.failing.add('b')
  expect(await Promise.all(['a', 'b', 'c'].map((key) => cache.set(key, key)))).toEqual([STORED, REFUSED, STORED])
  expect(faults).toEqual(['set BackendError'])
  expect(cache.stats()).toMatchObject({ writes: 2, faults: 1, refused: { fault: 1 }, breakerOpenings: 0 })
})

test('so many that failed alone open the breaker as so many calls', async () => {
  const { backend, cache } = opened()
  for (const key of 'abcde') backend.failing.add(key)
  await Promise.all([...'abcde'].map((key) => cache.set(key, key)))
  expect(cache.stats()).toMatchObject({ faults: 5, breakerOpenings: 1 })
})

test('a question that fails is one fault, and for the breaker as many failures as it has sets', async () => {
  const { backend, cache, faults, clock } = opened()
  backend.fails = true
  expect(await Promise.all([...'abcde'].map((key) => cache.set(key, key)))).toEqual(Array(5).fill(REFUSED))
  expect(faults).toEqual(['set BackendError'])
  expect(cache.stats()).toMatchObject({ faults: 1, refused: { fault: 5 }, breakerOpenings: 1 })
  backend.asked.length = 0
  expect(await Promise.all([cache.set('a', 1), cache.set('b', 2)])).toEqual([REFUSED, REFUSED])
  expect(backend.asked).toEqual([])
  // The trial is one call.
  clock.advanceMs(1_000)
  backend.fails = false
  expect(await Promise.all([cache.set('a', 1), cache.set('b', 2)])).toEqual([STORED, STORED])
  expect(backend.asked).toEqual(['alone a', 'set b'])
})

test('with faults thrown, each caller hears of its own', async () => {
  const { backend, cache } = opened('throw')
  backend.failing.add('b')
  const outcomes = await Promise.allSettled([cache.set('a', 1), cache.set('b', 2)])
  expect(outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: expect.any(BackendError) as unknown },
  ])
  backend.fails = true
  for (const outcome of await Promise.allSettled([cache.set('a', 1), cache.set('b', 2)])) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(BackendError) as unknown })
  }
})

test('an answer for fewer than were given leaves nobody waiting', async () => {
  const { backend, cache, faults } = opened()
  backend.setMany = async () => ['stored']
  const other = createCache({ backend, ttl: '1m' })
  expect(await Promise.all([other.set('a', 1), other.set('b', 2)])).toEqual([STORED, REFUSED])
  expect(faults).toEqual([])
  await Promise.all([other.close(), cache.close()])
})

test('closing waits for sets that have not been sent', async () => {
  const { backend, cache } = opened()
  const setting = cache.set('a', 1)
  await cache.close()
  expect(await setting).toEqual(STORED)
  expect(backend.asked).toEqual(['set a'])
})
