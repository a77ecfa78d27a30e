/** How much memory a store on the disk may use for what is read again and again, and that nothing is held in memory twice. */
import { cacheFromEnv, createCaches, type KindSettings, kindStore } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import * as files from '@stowage/fs'
import * as sqlite from '@stowage/sqlite'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { tempFolder } from './temp-folder.ts'

vi.mock('@stowage/fs', { spy: true })
vi.mock('@stowage/sqlite', { spy: true })

const fsBackend = vi.mocked(files.fsBackend)
const sqliteBackend = vi.mocked(sqlite.sqliteBackend)

beforeEach(() => {
  vi.clearAllMocks()
})

/** What each store on the disk was told, nearest first; undefined: nothing, so that its own default stands. */
async function told(kind: KindSettings, defaults: KindSettings = {}): Promise<unknown> {
  const kinds = { pages: { ttl: '1h', ...kind } } as const
  const caches = await createCaches({ directory: tempFolder(), defaults, kinds })
  onTestFinished(() => caches.close())
  return Object.fromEntries([
    ...fsBackend.mock.calls.map(([options]) => ['fs', options.memoryBytes]),
    ...sqliteBackend.mock.calls.map(([options]) => ['sqlite', options.memoryBytes]),
  ])
}

test.each<[KindSettings, object]>([
  [{ backend: 'fs', memoryBytes: '8MB' }, { fs: 8_000_000 }],
  [{ backend: 'sqlite', memoryBytes: 1_000_000 }, { sqlite: 1_000_000 }],
  [{ backend: 'sqlite', memoryBytes: 0 }, { sqlite: 0 }],
  [{ memoryBytes: '8MB' }, { sqlite: 8_000_000 }],
  [{ tiers: ['memory', { backend: 'fs', memoryBytes: '8MB' }, 'sqlite'] }, { fs: 8_000_000, sqlite: 0 }],
  [
    { memoryBytes: '8MB', tiers: ['fs', { backend: 'sqlite', memoryBytes: 0 }] },
    { fs: undefined, sqlite: 0 },
  ],
])('%j is what the backend is told', async (kind, expected) => {
  expect(await told(kind)).toStrictEqual(expected)
})

test.each<[KindSettings, object]>([
  [{}, { sqlite: 0 }],
  [{ tiers: ['memory', 'fs'] }, { fs: 0 }],
  [{ tiers: ['memory', { backend: 'sqlite', memoryBytes: undefined }] }, { sqlite: 0 }],
  [{ tiers: ['fs', 'memory', 'sqlite'] }, { fs: undefined, sqlite: 0 }],
  [{ tiers: ['fs', 'sqlite'] }, { fs: undefined, sqlite: undefined }],
  [{ backend: 'fs' }, { fs: undefined }],
  [{ backend: 'sqlite' }, { sqlite: undefined }],
])('where %j says nothing, what is behind memory holds nothing there again', async (kind, expected) => {
  expect(await told(kind)).toStrictEqual(expected)
})

test.each<[KindSettings, object]>([
  [{}, { fs: 8_000_000 }],
  [{ backend: 'fs' }, { fs: undefined }],
  [{ backend: 'memory' }, {}],
])('%j takes it from the defaults unless it says where it is kept', async (kind, expected) => {
  expect(await told(kind, { backend: 'fs', memoryBytes: '8MB' })).toStrictEqual(expected)
})

test('what the environment asks for holds nothing in memory twice', async () => {
  const cache = await cacheFromEnv({}, { CACHE_DIR: tempFolder() })
  onTestFinished(() => cache.close())
  expect(sqliteBackend).toHaveBeenCalledWith(expect.objectContaining({ memoryBytes: 0 }))
})

test.each([
  [
    { backend: 'memory', memoryBytes: '8MB' },
    "kinds.x.memoryBytes: '8MB' means nothing to backend 'memory'; allowed there: maxBytes, maxEntries, eviction, missRatioCurve",
  ],
  [
    { tiers: [{ backend: 'memory', memoryBytes: 0 }, 'fs'] },
    "kinds.x.tiers[0].memoryBytes: 0 means nothing to backend 'memory'; allowed there: maxBytes, maxEntries, eviction, missRatioCurve",
  ],
  [
    { backend: 'redis', url: 'redis://host', memoryBytes: 0 },
    "kinds.x.memoryBytes: 0 means nothing to backend 'redis'; allowed there: url",
  ],
  [
    { backend: 'sqlite', memoryBytes: 'much' },
    "kinds.x.memoryBytes: 'much' is not a size; allowed: 0 for none, whole bytes above 0, or a text such as '64MB', '1GiB'",
  ],
  [
    { tiers: ['memory', { backend: 'fs', memoryBytes: -1 }] },
    "kinds.x.tiers[1].memoryBytes: -1 is not a size; allowed: 0 for none, whole bytes above 0, or a text such as '64MB', '1GiB'",
  ],
])('%j is refused by its path', async (kind: object, message) => {
  const planning = kindStore({ kinds: { x: { ttl: '1h', ...kind } } }, 'x')
  await expect(planning).rejects.toThrow(new ConfigError(message))
})
