/**
 * Every call of a cache that concerns its backend, by the name it has in tables, and what came of it in a word or two.
 * `held` is stored under `key`, with the tag `t`, and nothing under `other`; loaders bring `loaded`.
 */
import type { Cache } from '@stowage/core'
import type { FakeClock, ReferenceBackend } from '@stowage/core/testing'

export interface Called {
  readonly cache: Cache
  /** What the cache stands on, past all faults. */
  readonly backend: ReferenceBackend
  readonly clock: FakeClock
}

const load = () => 'loaded'
const loadMany = (keys: readonly string[]) => new Map(keys.map((key) => [key, 'loaded']))

/** For calls that answer nothing: what has become of `key`. */
async function fateOfKey(call: Promise<void>, { backend, clock }: Called): Promise<string> {
  await call
  const found = backend.get('key', clock.nowMs())
  return typeof found === 'string' ? 'gone' : 'kept'
}

export const CALLS: Readonly<Record<string, (called: Called) => Promise<unknown>>> = {
  'get(key)': ({ cache }) => cache.get('key'),
  'lookup(key)': async ({ cache }) => {
    const lookup = await cache.lookup('key')
    return lookup.outcome === 'miss' ? `miss: ${lookup.reason}` : lookup.outcome
  },
  'peek(key)': async ({ cache }) => cache.peek('key'),
  'getSync(key)': async ({ cache }) => cache.getSync('key'),
  'has(key)': ({ cache }) => cache.has('key'),
  'getMany([key])': async ({ cache }) => (await cache.getMany(['key'])).get('key'),
  'getOrSet(key, load)': ({ cache }) => cache.getOrSet('key', load),
  'getOrSet(other, load)': ({ cache }) => cache.getOrSet('other', load),
  'lookupOrSet(key, load)': async ({ cache }) => (await cache.lookupOrSet('key', load)).outcome,
  'getOrSetMany([key], load)': async ({ cache }) => (await cache.getOrSetMany(['key'], loadMany)).get('key'),
  'wrapped(...args)': ({ cache }) => cache.wrap(load, { key: () => 'key' })(),
  'wrapped.refresh(...args)': ({ cache }) => cache.wrap(load, { key: () => 'key' }).refresh(),
  'wrapped.invalidate(...)': ({ cache }) => cache.wrap(load, { key: () => 'key' }).invalidate(),
  'set(key, new)': async ({ cache }) => {
    const result = await cache.set('key', 'new')
    return result.outcome === 'refused' ? `refused: ${result.reason}` : result.outcome
  },
  'setMany([[key, new]])': async ({ cache }) => {
    const [result] = await cache.setMany([['key', 'new']])
    return result?.outcome === 'refused' ? `refused: ${result.reason}` : result?.outcome
  },
  'add(other, new)': ({ cache }) => cache.add('other', 'new'),
  'update(key, change)': ({ cache }) => cache.update<string>('key', (old = 'nothing') => `${old}, changed`),
  'increment(other)': ({ cache }) => cache.increment('other'),
  'take(key)': ({ cache }) => cache.take('key'),
  'touch(key)': ({ cache }) => cache.touch('key'),
  'delete(key)': ({ cache }) => cache.delete('key'),
  'deleteMany([key])': ({ cache }) => cache.deleteMany(['key']),
  'invalidate({ tags })': (called) => fateOfKey(called.cache.invalidate({ tags: ['t'] }), called),
  'invalidate({ prefix })': (called) => fateOfKey(called.cache.invalidate({ prefix: 'k' }), called),
  'invalidate({ pattern })': (called) => fateOfKey(called.cache.invalidate({ pattern: 'k*' }), called),
  'invalidate({ all: true })': (called) => fateOfKey(called.cache.invalidate({ all: true }), called),
  'expire({ key })': (called) => fateOfKey(called.cache.expire({ key: 'key' }), called),
  'expire({ tags })': (called) => fateOfKey(called.cache.expire({ tags: ['t'] }), called),
  'expire({ prefix })': (called) => fateOfKey(called.cache.expire({ prefix: 'k' }), called),
  'keys()': async ({ cache }) => (await Array.fromAsync(cache.keys())).join() || undefined,
  'entries()': async ({ cache }) => (await Array.fromAsync(cache.entries())).map(({ key }) => key).join() || undefined,
  'stats()': async ({ cache }) => `${cache.stats().writes} written`,
  'usage()': async ({ cache }) => `${(await cache.usage()).entries} entry`,
  'check()': async ({ cache }) => {
    const { entries, torn } = await cache.check()
    return `${entries} sound, ${torn} torn`
  },
  'sweep()': async ({ cache, clock }) => {
    clock.jumpToMs(clock.nowMs() + 3_600_000)
    return `${(await cache.sweep()).expired} expired`
  },
  'close()': async ({ cache, backend, clock }) => {
    await cache.close()
    try {
      backend.usage()
    } catch {
      return clock.timerCount === 0 ? 'closed' : 'closed, timers left'
    }
    return 'still open'
  },
}

/** An answer as tables have it. */
export function told(value: unknown): string {
  return value === undefined ? 'nothing' : String(value)
}
