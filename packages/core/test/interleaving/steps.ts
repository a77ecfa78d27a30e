/** What scenarios are made of: questions, loads and changes of the one key that all of them meet at. */
import type { Cache } from '@stowage/core'
import type { ChangeKind } from './history.ts'
import type { Step, World } from './world.ts'

const SHARED = { singleFlight: 'shared' } as const

/** Plain loads and looks. */
export const QUESTIONS = {
  load: (world: World, at: number) => world.load('load', at),
  'load again': (world: World, at: number) => world.load('load again', at),
  'loads of one moment': (world: World, at: number) =>
    Promise.all([
      world.load('load', at),
      world.load('load of the same moment', at),
      world.load('another', at, { ttl: '2h' }),
    ]),
  'tagging load': (world: World, at: number) => world.load('tagging load', at, { tags: [] }, { tagsLate: true }),
  'skipping load': (world: World, at: number) => world.load('skipping load', at, {}, { skips: true }),
  'failing load': (world: World, at: number) => world.load('failing load', at, {}, { fails: true }),
  get: (world: World, at: number) => world.look('get', at, (cache) => cache.get('key')),
  lookup: (world: World, at: number) =>
    world.history.ask({ name: 'lookup', cache: at, loads: false, fresh: false, fingerprint: undefined }, async () => {
      const lookup = await world.cache(at).lookup<number>('key')
      return lookup.outcome === 'miss' ? { outcome: lookup.reason } : lookup
    }),
} satisfies Readonly<Record<string, Step>>

/** What meets them. */
export const ACTS = {
  'keeping load': (world: World, at: number) => world.load('keeping load', at, {}, { keeps: true }),
  'fresh load': (world: World, at: number) => world.load('fresh load', at, { fresh: true }),
  'load of a': (world: World, at: number) => world.load('load of a', at, { fingerprint: 'a' }),
  'load of b': (world: World, at: number) => world.load('load of b', at, { fingerprint: 'b' }),
  'shared load': (world: World, at: number) => world.load('shared load', at, SHARED),
  'shared load, skipping': (world: World, at: number) =>
    world.load('shared load, skipping', at, SHARED, { skips: true }),
  'shared load, failing': (world: World, at: number) => world.load('shared load, failing', at, SHARED, { fails: true }),
  'bulk load': (world: World, at: number) =>
    world.history.ask({ name: 'bulk load', cache: at, loads: true, fresh: false, fingerprint: undefined }, async () => {
      const load = async (missing: readonly string[]) => {
        const value = missing.includes('key') ? await world.produce(at) : 0
        return new Map(missing.map((key) => [key, value]))
      }
      const found = await world.cache(at).getOrSetMany(['other', 'key'], load, { tags: ['t'] })
      return { outcome: 'served', value: found.get('key') }
    }),
  delete: change('delete', 'removal', (cache) => cache.delete('key').then(() => true)),
  'invalidate by tag': change('invalidate by tag', 'removal', (cache) => cache.invalidate({ tags: ['t'] })),
  'invalidate by prefix': change('invalidate by prefix', 'removal', (cache) => cache.invalidate({ prefix: 'k' })),
  'invalidate by pattern': change('invalidate by pattern', 'removal', (cache) => cache.invalidate({ pattern: '?e*' })),
  clear: change('clear', 'removal', (cache) => cache.invalidate({ all: true })),
  expire: change('expire', 'soft', (cache) => cache.expire({ key: 'key' })),
  'a second passes': async (world: World) => world.clock.advanceMs(1_000),
  close: change('close', 'close', (cache) => cache.close()),
  set: (world: World, at: number) =>
    world.write('set', at, (cache, value) => cache.set('key', value(), { tags: ['t'] })),
  add: (world: World, at: number) =>
    world.write('add', at, (cache, value) => cache.add('key', value(), { tags: ['t'] })),
  update: (world: World, at: number) =>
    world.write('update', at, (cache, value) => cache.update('key', value, { tags: ['t'] })),
  increment: async (world: World, at: number) => {
    await world.cache(at).increment('count')
    world.incremented++
  },
  take: (world: World, at: number) =>
    world.look('take', at, async (cache) => {
      let taken: unknown
      await world.history.change('take', 'removal', at, async () => {
        taken = await cache.take('key')
        return taken !== undefined
      })
      return taken
    }),
} satisfies Readonly<Record<string, Step>>

function change(name: string, kind: ChangeKind, act: (cache: Cache) => Promise<unknown>): Step {
  return (world, at) => world.change(name, kind, at, act)
}
