/** Each finding of `doctor`, with what it is made of; and the command on stores that are well, and that are not. */
import { chmodSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCaches } from '@stowage/config'
import { describeWithRedis } from '@stowage/test-servers'
import { describe, expect, test } from 'vitest'
import { runtimeFinding } from '../src/doctor/machine.ts'
import { mountIn } from '../src/doctor/mount.ts'
import { clockFindings, mountFinding, roomFindings } from '../src/doctor/place.ts'
import { type ServerReport, serverFindings } from '../src/doctor/server.ts'
import { limitFindings } from '../src/doctor/store.ts'
import { filledStore, KINDS, tempFolder } from './stores.ts'
import { saying, stowage } from './stowage.ts'

function containing(found: readonly unknown[]): unknown {
  return expect.arrayContaining([...found])
}

test.each([
  ['22.17.9', 'Jod', 'fault'],
  ['22.18.0', 'Jod', 'fine'],
  ['24.1.0', 'Krypton', 'fine'],
  ['25.0.0', undefined, 'note'],
])('Node %s (%s) is %s', (version, codename, state) => {
  expect(runtimeFinding({ version, codename })).toMatchObject({ subject: 'node', state })
})

const MOUNTS = `22 1 259:2 / / rw,relatime shared:1 - ext4 /dev/root rw
30 22 0:26 / /mnt/of\\040many rw shared:2 - nfs4 server:/ rw
31 22 0:27 / /ro ro - xfs /dev/sdb rw
32 22 0:28 / /mnt rw - tmpfs tmpfs rw
33 32 0:29 / /mnt rw - btrfs /dev/sdc rw`

test.each([
  ['/srv/cache', 'ext4', false, 'fine'],
  ['/mnt/of many/cache', 'nfs4', false, 'fault'],
  ['/ro', 'xfs', true, 'fault'],
  ['/room', 'ext4', false, 'fine'],
  ['/mnt/x', 'btrfs', false, 'fine'],
])('%s lies on %s', (path, type, isReadOnly, state) => {
  const mount = mountIn(MOUNTS, path)
  expect(mount).toMatchObject({ type, isReadOnly })
  expect(mount && mountFinding(mount).state).toBe(state)
})

test.each([
  ['tmpfs', 'note'],
  ['overlay', 'note'],
  ['fuse.sshfs', 'fault'],
  ['cifs', 'fault'],
  ['9p', 'fault'],
])('a filesystem %s is a %s', (type, state) => {
  expect(mountFinding({ type, point: '/', isReadOnly: false }).state).toBe(state)
})

test('little room is said, of bytes and of files', () => {
  const room = { freeBytes: 50e9, wholeBytes: 100e9, freeFiles: 1e6, allFiles: 1e6 }
  const states = (part: Partial<typeof room>) => roomFindings({ ...room, ...part }).map(({ state }) => state)
  expect(states({})).toEqual(['fine'])
  expect(states({ freeBytes: 4e9 })).toEqual(['note'])
  expect(states({ freeBytes: 1e6 })).toEqual(['fault'])
  expect(states({ freeFiles: 10 })).toEqual(['fine', 'fault'])
  expect(states({ freeFiles: 0, allFiles: 0 })).toEqual(['fine'])
})

test('a store that was written later than now is of another clock', () => {
  expect(clockFindings({ mtimeMs: 1_000_000 }, 900_000)).toMatchObject([{ state: 'fine' }])
  expect(clockFindings({ mtimeMs: 9_000_000 }, 900_000)).toMatchObject([
    { state: 'fault', says: saying('2h 15m later') },
  ])
})

test.each([
  [10, 'lru', 'fine'],
  [10, 'none', 'note'],
  [99, 'lru', 'note'],
  [99, 'none', 'fault'],
])('%i of 100 bytes with eviction %s is %s', (sizeBytes, eviction, state) => {
  expect(limitFindings({ limits: { maxBytes: 100, eviction } }, { sizeBytes })).toMatchObject([{ state }])
})

const WELL = {
  redis_version: '7.0.15',
  role: 'master',
  connected_slaves: '1',
  used_memory: '1000',
  maxmemory: '100000',
  maxmemory_policy: 'allkeys-lru',
  aof_enabled: '1',
  aof_last_write_status: 'ok',
  rdb_last_bgsave_status: 'ok',
  connected_clients: '3',
  maxclients: '1000',
}

function server(fields: Readonly<Record<string, string>>, apartMs = 0): ServerReport {
  const all = new Map(Object.entries({ ...WELL, ...fields }))
  return { address: 'a:1', fields: all, clockMs: 5_000 + apartMs, askedAtMs: 5_000, tripMs: 0 }
}

test('a server that is well has nothing to be done about', () => {
  expect(serverFindings(server({})).filter(({ state }) => state !== 'fine')).toEqual([])
})

test.each([
  [{ redis_version: '6.0.9' }, 'server', 'fault', 'Redis 6.2'],
  [{ role: 'slave' }, 'role', 'fault', 'master'],
  [{ loading: '1' }, 'role', 'note', 'wait'],
  [{ maxmemory: '0' }, 'memory', 'note', 'maxmemory'],
  [{ maxmemory_policy: 'noeviction' }, 'eviction', 'fault', 'allkeys-lru'],
  [{ maxmemory_policy: 'allkeys-random' }, 'eviction', 'note', 'allkeys-lru'],
  [{ maxmemory_policy: 'noeviction', used_memory: '99000' }, 'memory', 'fault', 'about to fail'],
  [{ aof_enabled: '0' }, 'persistence', 'note', 'appendonly'],
  [{ rdb_last_bgsave_status: 'err' }, 'persistence', 'fault', 'make room'],
  [{ aof_last_write_status: 'err' }, 'persistence', 'fault', 'make room'],
  [{ connected_clients: '990' }, 'clients', 'fault', 'maxclients'],
])('a server with %j', (fields: Readonly<Record<string, string>>, subject, state, todo) => {
  const found = serverFindings(server(fields)).filter((finding) => finding.state !== 'fine')
  expect(found).toContainEqual(expect.objectContaining({ subject, state, todo: saying(todo) }))
})

test('a server whose clock is off is said, either way', () => {
  for (const apartMs of [5_000, -5_000]) {
    const found = serverFindings(server({}, apartMs)).filter(({ state }) => state === 'fault')
    expect(found).toEqual([expect.objectContaining({ subject: 'clock', says: saying('5000 ms') })])
  }
})

describe.each(KINDS)('%s', (kind) => {
  test('a healthy store is in order', async () => {
    const path = await filledStore(kind, (cache) => cache.set('a', 1))
    const ended = await stowage(['doctor', path])
    expect(ended).toMatchObject({ code: 0, err: '' })
    for (const subject of ['node', 'permissions', 'disk space', 'clock', 'store']) expect(ended.out).toContain(subject)
    expect(ended.out).toContain('1 entry')
  })

  test('a store of a clock that has been set back, open to others, is told so', async () => {
    const path = await filledStore(kind, (cache) => cache.set('a', 1))
    const later = Date.now() / 1_000 + 86_400
    utimesSync(path, later, later)
    chmodSync(path, 0o755)
    const ended = await stowage(['doctor', path, '--json'])
    expect(ended.code).toBe(1)
    expect(JSON.parse(ended.out)).toMatchObject({
      findings: containing([
        expect.objectContaining({ subject: 'clock', state: 'fault' }),
        expect.objectContaining({ subject: 'permissions', state: 'note', todo: saying('chmod') }),
      ]),
    })
  })
})

test('a missing store and a damaged one are findings, and exit 3', async () => {
  const missing = join(tempFolder(), 'deep/missing.db')
  expect(await stowage(['doctor', missing])).toMatchObject({ code: 3, out: saying('there is no store'), err: '' })
  const path = await filledStore('sqlite', (cache) => cache.set('a', 1))
  writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176, 7)]))
  expect(await stowage(['doctor', path])).toMatchObject({ code: 3, out: saying('is damaged'), err: '' })
})

test('limits are those of a config file', async () => {
  const directory = tempFolder()
  const kinds = { strict: { backend: 'fs', maxBytes: '1MB', eviction: 'none' } } as const
  const settings = { directory, defaults: { ttl: '1h' }, kinds } as const
  const caches = await createCaches(settings)
  await caches.strict.set('key', 'x'.repeat(1_000))
  await caches.close()
  const file = join(directory, 'stowage.config.mjs')
  writeFileSync(file, `export default ${JSON.stringify(settings)}`)
  const ended = await stowage(['doctor', file, '--kind', 'strict'])
  expect(ended).toMatchObject({ code: 0, out: saying('of 1.0 MB') })
  expect(ended.out).toContain('eviction none')
})

describeWithRedis('redis', (url) => {
  test('what the server says of itself is looked at', async () => {
    const ended = await stowage(['doctor', url, '--json'])
    expect(JSON.parse(ended.out)).toMatchObject({
      findings: containing([
        expect.objectContaining({ subject: 'server', says: saying('Redis') }),
        expect.objectContaining({ subject: 'clock', state: 'fine' }),
        expect.objectContaining({ subject: 'memory' }),
        expect.objectContaining({ subject: 'persistence' }),
      ]),
    })
  })

  test('a server that is not there is a finding', async () => {
    const ended = await stowage(['doctor', 'redis://:secret@127.0.0.1:1'])
    expect(ended).toMatchObject({ code: 3, out: saying('no answer from redis://***@127.0.0.1:1'), err: '' })
    expect(ended.out).toContain('→ start the server')
  })
})
