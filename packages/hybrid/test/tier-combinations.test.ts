/**
 * All combinations of three tiers that work, throw, hang, answer late or lie: no call fails, hangs or gives a wrong value, what is
 * invalidated is not served, and when all is well again every tier agrees.
 */
import { createCache, type MaybePromise } from '@stowage/core'
import {
  createFakeClock,
  type FakeClock,
  type Fault,
  type FaultyBackend,
  type FaultyOperation,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const error = new Error('down')
const ILLS: Readonly<Record<string, Fault | undefined>> = {
  works: undefined,
  throws: { kind: 'throw', error },
  rejects: { kind: 'reject', error },
  hangs: { kind: 'hang' },
  'answers late': { kind: 'late', delayMs: 3_000 },
  'flips bits': { kind: 'corrupt' },
  'tears writes': { kind: 'torn' },
  'refuses writes': { kind: 'refuse' },
}
const OPERATIONS: readonly FaultyOperation[] = [
  ...(['get', 'set', 'delete', 'invalidate', 'lease', 'renew', 'release', 'discard'] as const),
]
const names = Object.keys(ILLS)
const combinations = names.flatMap((near) =>
  names.flatMap((middle) => names.map((far) => [near, middle, far] as const)),
)

/** The answer, with time going on for as long as it is not there. */
async function answered<T>(clock: FakeClock, call: MaybePromise<T>): Promise<T> {
  let isDone = false
  const done = Promise.resolve(call).finally(() => {
    isDone = true
  })
  done.catch(() => undefined)
  for (let steps = 0; !isDone; steps++) {
    if (steps > 400) throw new Error('a call that never answers')
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    if (!isDone) clock.advanceMs(100)
  }
  return done
}

function makeIll(tier: FaultyBackend, name: string): void {
  const fault = ILLS[name]
  if (fault !== undefined) for (const operation of OPERATIONS) tier.inject(operation, fault)
}

test.each(combinations)('near %s, middle %s, far %s', async (...ills) => {
  const clock = createFakeClock()
  const stores = [memoryBackend({ maxEntries: 9 }), ...[1, 2].map(() => new ReferenceBackend({ holds: 'bytes' }))]
  const tiers = stores.map((store) => faultyBackend(store, clock))
  const backend = hybridBackend({ tiers, clock, onTier: () => undefined })
  // The tiers' own time limits are all there is.
  const cache = createCache({ backend, ttl: '1h', clock, backendTimeout: '1h' })
  await cache.set('key', 'first', { tags: ['t'] })
  await cache.set('replaced', 'older')
  await cache.set('deleted', 'older')
  await cache.set('tagged', 'older', { tags: ['t'] })
  for (const [at, tier] of tiers.entries()) makeIll(tier, ills[at] ?? '')
  const ask = <T>(call: MaybePromise<T>) => answered(clock, call)
  expect([undefined, 'first']).toContain(await ask(cache.get('key')))
  await ask(cache.invalidate({ tags: ['t'] }).catch(() => undefined))
  expect(await ask(cache.get('key'))).toBeUndefined()
  expect(await ask(cache.getOrSet('key', () => 'second', { tags: ['t'] }))).toBe('second')
  expect([undefined, 'second']).toContain(await ask(cache.get('key')))
  const wrote = await ask(cache.set('key', 'third', { tags: ['t'] }))
  expect(wrote.outcome === 'stored' ? ['third', undefined] : ['second', undefined]).toContain(
    await ask(cache.get('key')),
  )
  const replaced = await ask(cache.set('replaced', 'newer'))
  await ask(cache.delete('deleted').catch(() => undefined))
  await ask(cache.set('key', 'last', { tags: ['t'] }))
  await ask(cache.invalidate({ tags: ['t'] }).catch(() => undefined))
  expect(await ask(cache.get('key'))).toBeUndefined()
  for (const tier of tiers) tier.heal()
  for (let at = 0; at < 20; at++) {
    expect(await ask(cache.get('key'))).toBeUndefined()
    for (const key of ['deleted', 'tagged']) expect(await ask(cache.get(key))).toBeUndefined()
    if (replaced.outcome === 'stored') expect(['newer', undefined]).toContain(await ask(cache.get('replaced')))
    await new Promise(setImmediate)
    clock.advanceMs(at < 10 ? 500 : 5_000)
    await new Promise(setImmediate)
  }
  const far = createCache({ backend: stores[2] ?? backend, ttl: '1h', clock })
  for (const key of ['key', 'deleted', 'tagged']) expect(await ask(far.get(key))).toBeUndefined()
  await ask(cache.set('key', 'after'))
  expect(await ask(cache.get('key'))).toBe('after')
  expect(await ask(far.get('key'))).toBe('after')
  const all = await Promise.all(tiers.map((tier) => ask(createCache({ backend: tier, ttl: '1h', clock }).get('key'))))
  expect(all.filter((value) => value !== 'after' && value !== undefined)).toEqual([])
})
