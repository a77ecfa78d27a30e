/** What settings say of a hybrid as a whole: who hears of changes, when a write is answered. */
import { join } from 'node:path'
import { type CachesSettings, cacheFromEnv, createCaches, type Environment } from '@stowage/config'
import { ConfigError, createCache } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from './temp-folder.ts'

async function open<const Kind extends string>(settings: CachesSettings<Kind>) {
  const caches = await createCaches(settings)
  onTestFinished(() => caches.close())
  return caches
}

/** What is in the file now, as another process would find it. */
async function inFile(path: string, key: string): Promise<unknown> {
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h' })
  try {
    return await cache.get(key)
  } finally {
    await cache.close()
  }
}

/** Two services, each with a near tier of its own; what one changes the other must not serve for long. */
async function expectHeard(settings: CachesSettings<'plan'>): Promise<void> {
  const one = await open(settings)
  const other = await open(settings)
  await one.plan.set('key', 1)
  await expect.poll(() => other.plan.get('key')).toBe(1)
  expect((await other.plan.lookup('key')).outcome).toBe('hit')
  await one.plan.set('key', 2)
  // Without a bus the copy would stay for 30 s.
  await expect.poll(() => other.plan.get('key'), { timeout: 10_000 }).toBe(2)
}

test('with a bus, services on one file hear of each other', async () => {
  await expectHeard({ directory: tempFolder(), defaults: { ttl: '1h', bus: true }, kinds: { plan: {} } })
})

describeWithRedis('on a server', (url) => {
  test('with a bus, services hear of each other', async () => {
    const tiers = ['memory', { backend: 'redis', url }] as const
    await expectHeard({ defaults: { ttl: '1m' }, kinds: { plan: { tiers, bus: true } } })
  })
})

test('a bus of your own is the one that is used, and closed with the cache', async () => {
  const done: string[] = []
  const bus = {
    publish: () => void done.push('published'),
    subscribe: () => () => undefined,
    onGap: () => () => undefined,
    close: () => void done.push('closed'),
  }
  const caches = await createCaches({ directory: tempFolder(), kinds: { plan: { ttl: '1h', bus } } })
  await caches.plan.delete('key')
  await caches.close()
  expect(done).toEqual(['published', 'closed'])
})

test('a write behind is answered first and on the disk at the close', async () => {
  const directory = tempFolder()
  const path = join(directory, 'plan/cache.db')
  const kinds = { plan: { ttl: '1h', write: 'behind', flushInterval: '5s' } } as const
  const caches = await createCaches({ directory, kinds })
  await caches.plan.set('key', 'value')
  expect(await inFile(path, 'key')).toBeUndefined()
  expect(await caches.plan.get('key')).toBe('value')
  await caches.close()
  expect(await inFile(path, 'key')).toBe('value')
})

test('CACHE_FLUSH_INTERVAL writes behind a hybrid, and means nothing to one store', async () => {
  const directory = tempFolder()
  const env: Environment = { CACHE_DIR: directory, CACHE_FLUSH_INTERVAL: '5s' }
  const cache = await cacheFromEnv({}, env)
  await cache.set('key', 'value')
  expect(await inFile(join(directory, 'cache/cache.db'), 'key')).toBeUndefined()
  await cache.close()
  const alone = await cacheFromEnv({}, { ...env, CACHE_BACKEND: 'sqlite' })
  expect(await alone.get('key')).toBe('value')
  await alone.close()
})

test.each([
  [{ CACHE_FLUSH_INTERVAL: '10s' }, "CACHE_FLUSH_INTERVAL: '10s' is too long; allowed: up to 5s"],
  [{ CACHE_FLUSH_INTERVAL: 'often' }, "CACHE_FLUSH_INTERVAL: 'often' is not a duration"],
])('%j is refused', async (env: Environment, message) => {
  await expect(cacheFromEnv({}, env)).rejects.toThrow(message)
})

test.each([
  [{ backend: 'sqlite', bus: true }, 'kinds.plan.bus: true means nothing to one store'],
  [{ backend: 'memory', write: 'behind' }, "kinds.plan.write: 'behind' means nothing to one store"],
  [{ bus: 'redis' }, "kinds.plan.bus: 'redis' is not allowed; allowed: true, false, or a bus"],
  [{ tiers: ['memory', 'fs'], bus: true }, 'kinds.plan.bus: true means nothing where the last tier is fs'],
  [{ write: 'later' }, "kinds.plan.write: 'later' is not known"],
  [{ flushInterval: '1s' }, "kinds.plan.flushInterval: means nothing to write 'through'"],
  [{ write: 'behind', flushInterval: 0 }, 'kinds.plan.flushInterval: 0 is not a duration'],
  [{ write: 'behind', flushInterval: '1m' }, "kinds.plan.flushInterval: '1m' is too long; allowed: up to 5s"],
  [{ tags: 'plans' }, "kinds.plan.tags: 'plans' is not allowed"],
])('%j is refused by its path', async (settings: object, message) => {
  const opening = createCaches({ directory: tempFolder(), kinds: { plan: { ttl: '1h', ...settings } } })
  await expect(opening).rejects.toThrow(ConfigError)
  await expect(opening).rejects.toThrow(message)
})

test('every entry of a kind has its tags, whatever it says itself', async () => {
  const kinds = { plan: { backend: 'memory', tags: ['plans'] }, scan: { backend: 'memory' } } as const
  const caches = await open({ defaults: { ttl: '1h', tags: ['all'] }, kinds })
  await caches.plan.set('own', 1, { tags: ['red'] })
  await caches.plan.getOrSet('none', () => 2)
  expect(await caches.plan.lookup('own')).toMatchObject({ tags: ['plans', 'red'] })
  await caches.scan.set('key', 3)
  expect(await caches.scan.lookup('key')).toMatchObject({ tags: ['all'] })
  await caches.plan.invalidate({ tags: ['plans'] })
  expect(await caches.plan.getMany(['own', 'none'])).toEqual(new Map())
})
