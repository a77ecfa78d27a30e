/** Several kinds from one object: kept apart, typed, opened and closed together. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CachesSettings, createCaches } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { tempFolder } from './temp-folder.ts'

async function open<const Kind extends string>(settings: CachesSettings<Kind>) {
  const caches = await createCaches(settings)
  onTestFinished(() => caches.close())
  return caches
}

test('each kind has its own store, its own ttl and its own counters', async () => {
  const directory = tempFolder()
  const caches = await open({
    directory,
    defaults: { ttl: '1h' },
    kinds: {
      plan: { backend: 'memory', maxEntries: 10 },
      extract: { backend: 'sqlite', maxBytes: '10MB', eviction: 'lfu', shards: 2, codec: 'msgpack' },
      scan: { backend: 'fs', ttl: '1d', compression: 'zstd', durability: 'strict' },
      runtime: {},
    },
  })
  for (const kind of ['plan', 'extract', 'scan', 'runtime'] as const) await caches[kind].set('key', { from: kind })
  for (const kind of ['plan', 'extract', 'scan', 'runtime'] as const) {
    expect(await caches[kind].get('key')).toEqual({ from: kind })
  }
  expect(readdirSync(directory).toSorted()).toEqual(['extract', 'runtime', 'scan'])
  expect(Object.keys(caches.stats().runtime.tiers)).toEqual(['memory'])
  expect(Object.values(caches.stats()).map(({ hits }) => hits)).toEqual([1, 1, 1, 1])
  expectTypeOf<keyof typeof caches>().toEqualTypeOf<
    'plan' | 'extract' | 'scan' | 'runtime' | 'mode' | 'stats' | 'close'
  >()
})

test('what was stored is there again, and a kind on another backend is not asked', async () => {
  const directory = tempFolder()
  const settings = { directory, defaults: { ttl: '1h' }, kinds: { plan: {}, scan: { backend: 'fs' } } } as const
  const first = await createCaches(settings)
  await first.plan.set('key', 1)
  await first.scan.set('key', 2)
  await first.close()
  const again = await open(settings)
  expect([await again.plan.get('key'), await again.scan.get('key')]).toEqual([1, 2])
})

test("mode 'disabled' keeps and serves nothing; without a disk nothing is written to it", async () => {
  const directory = tempFolder()
  const off = await open({ directory, mode: 'disabled', disk: false, defaults: { ttl: '1h' }, kinds: { plan: {} } })
  await off.plan.set('key', 1)
  expect([off.mode, await off.plan.get('key')]).toEqual(['disabled', undefined])
  const kinds = { plan: {}, scan: { backend: 'fs' }, tiered: { tiers: ['fs', 'sqlite'] } } as const
  const inMemory = await open({ directory, disk: false, defaults: { ttl: '1h' }, kinds })
  for (const kind of ['plan', 'scan', 'tiered'] as const) {
    await inMemory[kind].set('key', kind)
    expect(await inMemory[kind].get('key')).toBe(kind)
    expect((await inMemory[kind].usage()).limit.bytes).toBe(64_000_000)
  }
  expect(readdirSync(directory)).toEqual([])
})

test('a kind that says where it is kept takes nothing of the sort from the defaults', async () => {
  const defaults = { ttl: '1h', backend: 'sqlite', shards: 2, maxBytes: '10MB' } as const
  const caches = await open({ directory: tempFolder(), defaults, kinds: { plan: { backend: 'memory' }, scan: {} } })
  expect((await caches.plan.usage()).limit.bytes).toBe(64_000_000)
  expect((await caches.scan.usage()).limit.bytes).toBe(10_000_000)
})

test('where one kind cannot be opened, those that were are closed, and the error says which it was', async () => {
  const directory = tempFolder()
  writeFileSync(join(directory, 'scan'), 'not a folder')
  const opening = createCaches({ directory, defaults: { ttl: '1h' }, kinds: { plan: {}, scan: { backend: 'fs' } } })
  await expect(opening).rejects.toThrow(/scan/)
  // Closed: the log is written back and gone.
  expect(existsSync(join(directory, 'plan/cache.db-wal'))).toBe(false)
})

test.each([
  [{ kinds: { 'a/b': { ttl: '1h' } } }, "kinds: 'a/b' cannot be the name of a kind"],
  [{ kinds: { close: { ttl: '1h' } } }, "kinds: 'close' cannot be the name of a kind"],
  [{ kinds: { plan: { ttl: '1h' }, Plan: { ttl: '1h' } } }, "kinds: 'Plan' differs from another kind in case only"],
  [{ kinds: { plan: {} } }, 'kinds.plan.ttl: missing'],
  [{ kinds: { plan: { ttl: '0s' } } }, "kinds.plan.ttl: '0s' is not a ttl"],
  [{ kinds: { plan: { ttl: '1h', maxbytes: 1 } } }, "kinds.plan: unknown option 'maxbytes'"],
  [{ kinds: { plan: { ttl: '1h', maxBytes: '1XB' } } }, "kinds.plan.tiers[1].maxBytes: '1XB' is not a size"],
  [{ kinds: { plan: { ttl: '1h', backend: 'memory', shards: 2 } } }, 'kinds.plan.shards: 2 means nothing'],
  [{ kinds: { plan: { ttl: '1h', backend: 'memory', eviction: 'lfu' } } }, "kinds.plan.eviction: 'lfu' is not known"],
  [{ kinds: { plan: { ttl: '1h', backend: 'disk' } } }, "kinds.plan.backend: 'disk' is not known"],
  [
    { kinds: { plan: { ttl: '1h', backend: 'fs', tiers: ['memory', 'fs'] } } },
    'kinds.plan.tiers: given beside backend',
  ],
  [{ kinds: { plan: { ttl: '1h', tiers: ['memory'] } } }, 'kinds.plan.tiers: '],
  [{ kinds: { plan: { ttl: '1h', backend: 'redis' } } }, 'kinds.plan.url: missing'],
  [{ kinds: { plan: { ttl: '1h', jitter: 2 } } }, 'kinds.plan.jitter: 2 is not'],
  [{ kinds: { plan: { ttl: '1h', codec: 'xml' } } }, "kinds.plan.codec: 'xml' is not known"],
  [{ kinds: {}, mode: 'off' }, "mode: 'off' is not known"],
  [{ kinds: {}, disk: 'no' }, "disk: 'no' is not allowed"],
  [{ kinds: {}, defaults: { ttl: '1h', tier: 1 } }, "defaults: unknown option 'tier'"],
])('%j is refused by its path', async (settings: object, message) => {
  const opening = createCaches({ directory: tempFolder(), kinds: {}, ...settings })
  await expect(opening).rejects.toThrow(ConfigError)
  await expect(opening).rejects.toThrow(message)
})

test('the address of a Redis server is not shown, since it may hold a password', async () => {
  const opening = createCaches({ kinds: { plan: { ttl: '1h', backend: 'redis', url: 'http://:secret@host' } } })
  await expect(opening).rejects.toThrow('kinds.plan.url')
  await expect(opening).rejects.not.toThrow('secret')
})

describeWithRedis('on a server', (url) => {
  test('kinds are kept apart by their prefix', async () => {
    const caches = await open({ defaults: { ttl: '1m', backend: 'redis', url }, kinds: { one: {}, two: {} } })
    await caches.one.set('key', 1)
    expect([await caches.one.get('key'), await caches.two.get('key')]).toEqual([1, undefined])
    await caches.one.invalidate({ all: true })
  })
})

test('a clock of the tests is that of every kind', async () => {
  const clock = createFakeClock()
  const caches = await open({ clock, defaults: { ttl: '1h' }, kinds: { plan: { backend: 'memory', maxEntries: 10 } } })
  await caches.plan.set('key', 1)
  clock.advanceMs(3_600_000)
  expect(await caches.plan.get('key')).toBeUndefined()
})

test('memory, alone or as a tier, can measure what other sizes would bring; nothing else can', async () => {
  const tiers = [{ backend: 'memory', missRatioCurve: true }, 'fs'] as const
  const kinds = { alone: { backend: 'memory', missRatioCurve: true }, tiered: { tiers }, plain: {} } as const
  const caches = await open({ directory: tempFolder(), defaults: { ttl: '1h' }, kinds })
  const measured = Object.values(caches.stats()).map(({ missRatioCurve }) => missRatioCurve !== undefined)
  expect(measured).toEqual([true, true, false])
  const wrong = createCaches({ kinds: { a: { backend: 'fs', ttl: '1h', missRatioCurve: true } } })
  await expect(wrong).rejects.toThrow("kinds.a.missRatioCurve: true means nothing to backend 'fs'")
})
