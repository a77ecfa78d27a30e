/** Every call as a command: what it does to the model, and that the cache answers as the model does. */
import type { Cache, EntryOptions } from '@stowage/core'
import type { FakeClock } from '@stowage/core/testing'
import fc from 'fast-check'
import { expect } from 'vitest'
import { turn } from '../held-loader.ts'
import type { Found, Model, ModelOptions, Place } from './model.ts'

/** Two caches on one backend, and their clock. */
interface Real {
  readonly caches: readonly Cache[]
  readonly clock: FakeClock
}

type Command = fc.AsyncCommand<Model, Real>

const RETRY_AFTER_ERROR_MS = 1_000
const SPACES = ['', 'n/', 'n/m/']
const KEYS = ['a', 'ab', 'b']
const TAGS = ['s', 't']

const place: fc.Arbitrary<Place> = fc.record({
  at: fc.nat(1),
  space: fc.constantFrom('', '', '', ...SPACES),
  key: fc.constantFrom('a', 'a', ...KEYS),
})
const windowMs = fc.constantFrom(0, 1_000, 3_000, 5_000)
const options: fc.Arbitrary<ModelOptions> = fc.record({
  ttl: fc.constantFrom(1, 1_000, 1_000, 3_000, 100_000),
  staleWhileRevalidate: windowMs,
  staleIfError: windowMs,
  tags: fc.subarray(TAGS),
  sliding: fc.boolean(),
  fingerprint: fc.constantFrom(undefined, undefined, 'f', 'g'),
})
const value = fc.oneof(fc.jsonValue(), fc.constantFrom(0, '', false, null))

function command<Input>(
  name: string,
  input: fc.Arbitrary<Input>,
  run: (model: Model, real: Real, input: Input) => Promise<void>,
): fc.Arbitrary<Command> {
  return input.map((given) => ({
    check: () => true,
    run: (model, real) => run(model, real, given),
    toString: () => `${name}(${JSON.stringify(given)})`,
  }))
}

function cacheOf({ caches }: Real, { at, space }: Place): Cache {
  const [cache] = caches.slice(at)
  if (cache === undefined) throw new Error(`there is no cache ${at}`)
  return space
    .split('/')
    .filter((name) => name !== '')
    .reduce((outer, name) => outer.namespace(name), cache)
}

/** A window of 0 is said by saying nothing. */
function said({ staleWhileRevalidate, staleIfError, fingerprint, ...others }: ModelOptions): EntryOptions {
  return {
    ...others,
    ...(staleWhileRevalidate > 0 && { staleWhileRevalidate }),
    ...(staleIfError > 0 && { staleIfError }),
    ...(fingerprint !== undefined && { fingerprint }),
  }
}

/** What is served without a loader. */
function servable(found: Found): unknown {
  return found.state === 'hit' || found.state === 'stale' ? found.entry.value : undefined
}

/** Lets what goes on behind come to its end. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 5; turns++) await turn()
}

const reading = [
  command('get', place, async (model, real, where) => {
    expect(await cacheOf(real, where).get(where.key)).toEqual(servable(model.look(where.space, where.key)))
  }),
  command('has', place, async (model, real, where) => {
    const isThere = servable(model.look(where.space, where.key)) !== undefined
    expect(await cacheOf(real, where).has(where.key)).toBe(isThere)
  }),
  command('lookup', place, async (model, real, where) => {
    const found = model.look(where.space, where.key)
    const lookup = await cacheOf(real, where).lookup(where.key)
    if (found.state !== 'hit' && found.state !== 'stale') return expect(lookup.outcome).toBe('miss')
    const { value: held, storedAtMs, staleAtMs, options: kept } = found.entry
    return expect(lookup).toEqual({
      outcome: found.state,
      value: held,
      tier: 'reference',
      ageMs: model.nowMs - storedAtMs,
      ttlLeftMs: Math.max(0, staleAtMs - model.nowMs),
      tags: kept.tags,
    })
  }),
  command('getMany', place, async (model, real, where) => {
    const found = KEYS.map((key) => [key, servable(model.look(where.space, key))] as const)
    expect(await cacheOf(real, where).getMany(KEYS)).toEqual(new Map(found.filter(([, held]) => held !== undefined)))
  }),
  command('keys', fc.tuple(place, fc.constantFrom(undefined, ...TAGS)), async (model, real, [where, tag]) => {
    const listed = await Array.fromAsync(cacheOf(real, where).keys(tag === undefined ? {} : { tag }))
    const live = model
      .live()
      .filter(({ space, options: kept }) => space === where.space && (tag === undefined || kept.tags.includes(tag)))
    expect(listed.map(String).sort()).toEqual(live.map(({ key }) => key).sort())
  }),
]

const writing = [
  command('set', fc.tuple(place, value, options), async (model, real, [where, given, how]) => {
    model.put(where.space, where.key, given, how)
    expect(await cacheOf(real, where).set(where.key, given, said(how))).toEqual({ outcome: 'stored' })
  }),
  command('add', fc.tuple(place, value, options), async (model, real, [where, given, how]) => {
    const isFree = servable(model.find(where.space, where.key)) === undefined
    if (isFree) model.put(where.space, where.key, given, how)
    expect(await cacheOf(real, where).add(where.key, given, said(how))).toBe(isFree)
  }),
  command('update', fc.tuple(place, value), async (model, real, [where, given]) => {
    const found = model.find(where.space, where.key)
    const old = servable(found)
    if (old === undefined || found.state === 'none') model.put(where.space, where.key, [given], PLAIN)
    else model.replace(found.entry, [given, old])
    const change = (before: unknown) => (before === undefined ? [given] : [given, before])
    expect(await cacheOf(real, where).update(where.key, change)).toEqual(old === undefined ? [given] : [given, old])
  }),
  command('take', place, async (model, real, where) => {
    const held = servable(model.find(where.space, where.key))
    if (held !== undefined) model.remove(where.space, where.key)
    expect(await cacheOf(real, where).take(where.key)).toEqual(held)
  }),
  command('touch', fc.tuple(place, fc.constantFrom(1, 5_000)), async (model, real, [where, ttl]) => {
    const found = model.find(where.space, where.key)
    const isThere = found.state === 'hit' || found.state === 'stale'
    if (isThere) found.entry.staleAtMs = model.nowMs + ttl
    expect(await cacheOf(real, where).touch(where.key, ttl)).toBe(isThere)
  }),
]

/** What the caches of the model say of calls that say nothing. */
export const PLAIN: ModelOptions = {
  ttl: 10_000,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  tags: [],
  sliding: false,
  fingerprint: undefined,
}

const removing = [
  command('delete', place, async (model, real, where) => {
    expect(await cacheOf(real, where).delete(where.key)).toBe(model.remove(where.space, where.key))
  }),
  command('invalidate tag', fc.tuple(place, fc.constantFrom(...TAGS)), async (model, real, [where, tag]) => {
    model.removeWhere((entry) => entry.space === where.space && entry.options.tags.includes(tag))
    await cacheOf(real, where).invalidate({ tags: [tag] })
  }),
  command('invalidate prefix', place, async (model, real, where) => {
    model.removeWhere((entry) => entry.space === where.space && entry.key.startsWith(where.key))
    await cacheOf(real, where).invalidate({ prefix: where.key })
  }),
  command('invalidate pattern', place, async (model, real, where) => {
    model.removeWhere((entry) => entry.space === where.space && entry.key.endsWith('b'))
    await cacheOf(real, where).invalidate({ pattern: '*b' })
  }),
  command('invalidate all', place, async (model, real, where) => {
    model.removeWhere((entry) => entry.space.startsWith(where.space))
    await cacheOf(real, where).invalidate({ all: true })
  }),
  command('expire', place, async (model, real, where) => {
    model.expireWhere((entry) => entry.space === where.space && entry.key.startsWith(where.key))
    await cacheOf(real, where).expire({ prefix: where.key })
  }),
]

const loading = [
  command('getOrSet', fc.tuple(place, value, options), async (model, real, [where, given, how]) => {
    const { space, key } = where
    const found = model.look(space, key, how.fingerprint)
    const isHeldBack = found.state !== 'none' && found.state !== 'hit' && model.isBackingOff(where)
    const loads = found.state !== 'hit' && !isHeldBack
    if (loads) {
      model.put(space, key, given, how)
      model.backOff(where, 0)
      model.counts.loads++
    }
    const served = await cacheOf(real, where).getOrSet(key, () => given, said(how))
    await settle()
    expect(served).toEqual(found.state === 'hit' || found.state === 'stale' || isHeldBack ? found.entry.value : given)
  }),
  command('getOrSet of a failing source', fc.tuple(place, options), async (model, real, [where, how]) => {
    const { space, key } = where
    const found = model.look(space, key, how.fingerprint)
    const isOlder = found.state === 'stale' || found.state === 'error-only'
    if (isOlder && !model.isBackingOff(where)) model.backOff(where, model.nowMs + RETRY_AFTER_ERROR_MS)
    const error = new Error('source is down')
    const served = cacheOf(real, where).getOrSet(key, () => Promise.reject(error), said(how))
    const outcome = await served.catch((thrown: unknown) => thrown)
    await settle()
    expect(outcome).toEqual(found.state === 'none' ? error : found.entry.value)
  }),
]

const passing = [
  command('time passes', fc.constantFrom(1, 500, 999, 1_000, 1_000, 2_000, 61_000), async (model, real, forMs) => {
    model.nowMs += forMs
    real.clock.advanceMs(forMs)
    await settle()
  }),
  command('sweep', fc.nat(1), async (_, real, at) => {
    await real.caches[at]?.sweep()
  }),
]

/** Loads and time more often than others: there is most to go wrong. */
export const commands: fc.Arbitrary<Command>[] = [
  ...reading,
  ...writing,
  ...removing,
  ...[loading, loading, loading, loading, passing, passing, passing].flat(),
]
