/** Settings from a file, and packages that are not there. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCaches, defineConfig, keyOf, loadSettings } from '@stowage/config'
import { ConfigError, createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, onTestFinished, test } from 'vitest'
import { installed } from '../src/installed.ts'
import { tempFolder } from './temp-folder.ts'

test('what a file of TypeScript exports by default becomes caches', async () => {
  const file = join(tempFolder(), 'stowage.config.ts')
  writeFileSync(file, "export default { kinds: { plan: { backend: 'memory', ttl: '1h' as const } } }\n")
  const caches = await createCaches(await loadSettings(file))
  onTestFinished(() => caches.close())
  await caches['plan']?.set('key', 1)
  expect(await caches['plan']?.get('key')).toBe(1)
})

test('defineConfig keeps the names of kinds', () => {
  const settings = defineConfig({ kinds: { plan: { ttl: '1h' } } })
  expect(settings.kinds.plan.ttl).toBe('1h')
  // @ts-expect-error There is no such kind.
  expect(settings.kinds.other).toBeUndefined()
})

test('a missing file, and one without settings, are refused', async () => {
  const file = join(tempFolder(), 'stowage.config.mjs')
  await expect(loadSettings(file)).rejects.toThrow(ConfigError)
  writeFileSync(file, 'export default 1\n')
  await expect(loadSettings(file)).rejects.toThrow('exports 1 by default')
})

test('a package that is missing is named with the way to get it; what another one misses is not blamed on it', async () => {
  const missing = (name: string) => () => import(name)
  const name = '@stowage/not-published'
  await expect(installed('kinds.plan', name, missing(name))).rejects.toThrow(
    `kinds.plan: needs ${name}, which is not installed; run: npm install ${name}`,
  )
  await expect(installed('kinds.plan', '@stowage/fs', missing(name))).rejects.not.toThrow(ConfigError)
})

test('keys of derived data: the order of options does not matter, everything else does', async () => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 10 }), ttl: '1h' })
  const options = { page: 2, format: 'text', since: new Date(0) }
  await cache.set(keyOf('extract', { contentHash: 'abc', options }), 'found')
  const same = { since: new Date(0), format: 'text', missing: undefined, page: 2 }
  expect(await cache.get(keyOf('extract', { contentHash: 'abc', options: same }))).toBe('found')
  const others = [
    keyOf('scan', { contentHash: 'abc', options }),
    keyOf('extract', { contentHash: 'abd', options }),
    keyOf('extract', { contentHash: 'abc' }),
    keyOf('extract', { contentHash: 'abc', options: { ...options, page: '2' } }),
    keyOf('extract', { contentHash: 'abc', options: { ...options, since: '1970-01-01T00:00:00.000Z' } }),
  ]
  for (const other of others) expect(await cache.get(other)).toBeUndefined()
  const keys: unknown[] = []
  for await (const { key } of cache.entries()) keys.push(key)
  expect(keys).toEqual([['extract', 'abc', { format: 'text', page: 2, since: new Date(0) }]])
})
