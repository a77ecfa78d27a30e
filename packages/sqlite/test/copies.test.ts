/** What is read again and again is answered from memory, as long as the file is what it was. Time does not pass by itself here. */
import { ConfigError, createCache, yieldToLoop } from '@stowage/core'
import { type SqliteBackend, type SqliteOptions, sqliteBackend } from '@stowage/sqlite'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { lookup } from '../src/lookup.ts'
import { openStore as openStoreOf } from '../src/open-store.ts'
import { planSqlite } from '../src/options.ts'
import { held, NOW_MS, put } from './entries.ts'
import { alter, expectConsistent } from './inspection.ts'
import { countStatements, onStatement } from './statement-spy.ts'
import { attach, newPath, openStore } from './stores.ts'
import { large } from './value-file-sight.ts'

const elapsed = { ms: 0 }
/** How often a row was read with its value. */
let reads = { count: 0 }

beforeEach(() => {
  elapsed.ms = 0
  const time = vi.spyOn(performance, 'now').mockImplementation(() => elapsed.ms)
  reads = countStatements('get', /format, body(, | FROM stowage_entry_v1 WHERE key)/)
  return () => time.mockRestore()
})

/** A cache that has `key` in memory, and another one on the same file. */
async function kept(value: unknown = 'value', limits: Omit<SqliteOptions, 'path'> = {}) {
  const { backend, path } = openStore(limits)
  await put(backend, 'key', value, { tags: ['t'] })
  await readOften(backend, 'key', value)
  reads.count = 0
  return { backend, path, other: attach(path) }
}

async function readOften(backend: SqliteBackend, key: string, value: unknown): Promise<void> {
  await yieldToLoop()
  for (let read = 0; read < 5; read++) expect(await held(backend, key)).toEqual(value)
}

test('what has been read often is not read again, in this turn of the loop and the next ones', async () => {
  const { backend } = await kept()
  for (let turn = 0; turn < 3; turn++) {
    for (let read = 0; read < 5; read++) expect(await held(backend, 'key')).toBe('value')
    elapsed.ms += 1
    expect(await held(backend, 'key')).toBe('value')
    await yieldToLoop()
  }
  expect(reads.count).toBe(0)
})

test('what is read twice is not kept, what is read for the third time is', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 'value')
  const counts: number[] = []
  for (let turn = 0; turn < 5; turn++) {
    await yieldToLoop()
    reads.count = 0
    await held(backend, 'key')
    counts.push(reads.count)
  }
  expect(counts).toEqual([1, 1, 1, 0, 0])
})

test('the file is asked once in a moment whether it has changed, and not after a commit', async () => {
  const { backend } = await kept()
  await yieldToLoop()
  const versions = countStatements('get', /data_version/)
  for (let read = 0; read < 5; read++) await held(backend, 'key')
  expect(versions.count).toBe(1)
  elapsed.ms += 1
  for (let read = 0; read < 5; read++) await held(backend, 'key')
  expect(versions.count).toBe(2)
  await put(backend, 'other', 1)
  for (let read = 0; read < 5; read++) await held(backend, 'key')
  expect(versions.count).toBe(3)
})

test('what a commit has seen ends with its turn', async () => {
  const { backend, path } = await kept()
  await yieldToLoop()
  await put(backend, 'other', 1)
  await yieldToLoop()
  alter(path, "DELETE FROM stowage_entry_v1 WHERE key = 'key'")
  expect(await held(backend, 'key')).toBe('miss: absent')
})

const CHANGES: readonly (readonly [name: string, change: (by: SqliteBackend) => unknown, then: string])[] = [
  ['a set', (by) => put(by, 'key', 'later'), 'later'],
  ['a large set', (by) => put(by, 'key', large('a')), large('a')],
  ['a deletion', (by) => by.delete('key', NOW_MS, undefined), 'miss: absent'],
  ['its tag', (by) => by.invalidate({ tags: ['t'] }, NOW_MS), 'miss: invalidated'],
  ['its prefix', (by) => by.invalidate({ prefix: 'k' }, NOW_MS), 'miss: absent'],
  ['everything', (by) => by.invalidate({ all: true }, NOW_MS), 'miss: absent'],
]

test.each(CHANGES)('%s by another cache of this thread holds at once', async (_, change, then) => {
  const { backend, other } = await kept()
  await change(other)
  expect(await held(backend, 'key')).toBe(then)
  await readOften(backend, 'key', then)
})

test.each(CHANGES)('%s by this cache holds at once', async (_, change, then) => {
  const { backend, path } = await kept()
  await change(backend)
  expect(await held(backend, 'key')).toBe(then)
  await readOften(backend, 'key', then)
  expectConsistent(path)
})

test.each([
  ['in the next turn', () => yieldToLoop()],
  ['after a millisecond', () => (elapsed.ms += 1)],
])('what another process has changed is seen %s', async (_, passTime) => {
  const { backend, path } = await kept()
  await held(backend, 'key')
  alter(path, "DELETE FROM stowage_entry_v1 WHERE key = 'key'")
  await passTime()
  expect(await held(backend, 'key')).toBe('miss: absent')
})

test('what is set under a key that is read often is the next copy, without being read', async () => {
  const { backend } = await kept()
  for (const value of ['second', 'third']) {
    await put(backend, 'key', value)
    for (let read = 0; read < 3; read++) expect(await held(backend, 'key')).toBe(value)
  }
  expect(reads.count).toBe(0)
})

test.each([
  ['set and deletion', (by: SqliteBackend) => by.delete('key', NOW_MS, undefined), 'miss: absent'],
  ['set and set', (by: SqliteBackend) => put(by, 'key', 'last'), 'last'],
  ['set and clearing', (by: SqliteBackend) => by.invalidate({ all: true }, NOW_MS), 'miss: absent'],
  ['set and prefix', (by: SqliteBackend) => by.invalidate({ prefix: 'k' }, NOW_MS), 'miss: absent'],
])('%s in one transaction leave what comes last', async (_, last, then) => {
  const { backend } = await kept()
  await Promise.all([put(backend, 'first', 1), put(backend, 'key', 'set'), last(backend)])
  for (let read = 0; read < 3; read++) expect(await held(backend, 'key')).toBe(then)
})

test('it ends when its life does, and with another life when that does', async () => {
  const { backend } = await kept()
  expect(await held(backend, 'key', NOW_MS + 3_600_000)).toBe('miss: expired')
  const found = await backend.get('key', NOW_MS)
  if (typeof found === 'string') throw new Error(found)
  const times = { ...found.facts, staleAtMs: NOW_MS + 10, errorOnlyAtMs: NOW_MS + 10, expireAtMs: NOW_MS + 10 }
  expect(await backend.touch('key', found, times, NOW_MS, 'keep')).toBe(true)
  expect(await held(backend, 'key', NOW_MS + 9)).toBe('value')
  expect(await held(backend, 'key', NOW_MS + 10)).toBe('miss: expired')
})

test('what leaves for want of room is not answered, and what is answered from memory counts as used', async () => {
  const { backend } = await kept('value', { maxEntries: 2 })
  await put(backend, 'other', 1)
  await readOften(backend, 'other', 1)
  await held(backend, 'key')
  await put(backend, 'third', 1)
  expect(await held(backend, 'other')).toBe('miss: absent')
  expect(await held(backend, 'key')).toBe('value')
})

test('an invalidation of other tags is looked for once', async () => {
  const { backend } = await kept()
  await backend.invalidate({ tags: ['another'] }, NOW_MS)
  const looks = countStatements('get', /FROM stowage_tag_v1 WHERE name/)
  for (let read = 0; read < 3; read++) expect(await held(backend, 'key')).toBe('value')
  expect([reads.count, looks.count]).toEqual([0, 1])
  await backend.invalidate({ tags: ['t'] }, NOW_MS)
  expect(await held(backend, 'key')).toBe('miss: invalidated')
})

test('nobody need compare it with its checksum again', async () => {
  const { backend } = await kept()
  expect(await backend.get('key', NOW_MS)).toMatchObject({ payload: { isCompared: true } })
  await put(backend, 'key', 'second')
  expect(await backend.get('key', NOW_MS)).toMatchObject({ payload: { isCompared: true } })
})

test('bytes are the own ones of each who asks, and of who gave them', async () => {
  const { backend } = openStore()
  const cache = createCache({ backend, ttl: '1h' })
  await cache.set('key', Uint8Array.of(1, 2, 3))
  await yieldToLoop()
  for (let read = 0; read < 8; read++) {
    const bytes = await cache.get<Uint8Array>('key')
    expect(bytes).toEqual(Uint8Array.of(1, 2, 3))
    bytes?.fill(9)
  }
  const given = Uint8Array.of(4, 5, 6)
  await cache.set('key', given)
  given.fill(9)
  reads.count = 0
  for (let read = 0; read < 2; read++) {
    const bytes = await cache.get<Uint8Array>('key')
    expect(bytes).toEqual(Uint8Array.of(4, 5, 6))
    bytes?.fill(9)
  }
  expect(reads.count).toBe(0)
})

test.each(["body || ' '", 'zeroblob(3)'])('damage is not kept: body = %s', async (body) => {
  const { backend, path } = await kept()
  alter(path, `UPDATE stowage_entry_v1 SET body = ${body}`)
  await yieldToLoop()
  for (let read = 0; read < 5; read++) await backend.get('key', NOW_MS)
  expect(reads.count).toBe(5)
})

test('a row may hold anything', async () => {
  const path = newPath()
  await put(attach(path), 'key', 'value')
  const store = openStoreOf(planSqlite({ path }))
  onTestFinished(() => store.transactions.close(undefined))
  const row = store.statements.getValue.get('key')
  expect(row).toMatchObject({ body: '"value"' })
  if (row === undefined) return
  const damaged = Object.assign(row, { body: null })
  for (let read = 0; read < 4; read++) store.copies.noteRead('key', damaged, true)
  expect(store.copies.find('key')).toBe(undefined)
})

test('a closed cache keeps nothing in memory', async () => {
  const path = newPath()
  await put(attach(path), 'key', 'value')
  const store = openStoreOf(planSqlite({ path }))
  const get = () => store.transactions.get((moment) => lookup(store, 'key', NOW_MS, moment), 'key')
  for (let read = 0; read < 4; read++) await get()
  expect(store.copies.find('key')).toBeDefined()
  await store.transactions.close(undefined)
  expect(store.copies.find('key')).toBe(undefined)
})

test('when nobody knows what became of a commit, the file is asked', async () => {
  const { backend } = await kept()
  let isBroken = true
  onStatement(
    'run',
    () => undefined,
    (source) => {
      if (source !== 'COMMIT' || !isBroken) return
      isBroken = false
      throw new Error('the disk does not answer')
    },
  )
  expect(() => backend.invalidate({ tags: ['t'] }, NOW_MS)).toThrow('the disk does not answer')
  expect(await held(backend, 'key')).toBe('miss: invalidated')
})

test('what is only written since it was read is not kept with each set', async () => {
  const { backend } = await kept()
  const looks = countStatements('get', /AS fileId FROM stowage_entry_v1 WHERE key/)
  for (const value of ['first', 'other', 'third', 'sixth']) await put(backend, 'key', value)
  expect(looks.count).toBe(1)
  expect(await held(backend, 'key')).toBe('sixth')
})

test.each([
  ['none is allowed', 'value', 0, 5],
  ['it is too long', 'x'.repeat(40_000), undefined, 5],
  ['it takes more than is allowed', 'x'.repeat(9_000), 10_000, 5],
  ['it just fits', 'x'.repeat(8_000), 10_000, 0],
  ['its characters take two bytes each', `${'x'.repeat(8_000)}é`, 10_000, 5],
  ['no size is said', 'x'.repeat(8_000), undefined, 0],
])('how often it is read where %s', async (_, value, memoryBytes, readCount) => {
  const { backend } = await kept(value, memoryBytes === undefined ? {} : { memoryBytes })
  for (let read = 0; read < 5; read++) expect(await held(backend, 'key')).toBe(value)
  expect(reads.count).toBe(readCount)
})

test('keys and tags are counted', async () => {
  const tags = Array.from({ length: 60 }, (_, at) => `tag ${at} ${'x'.repeat(40)}`)
  for (const [key, wish] of [
    ['k'.repeat(4_000), {}],
    ['key', { tags }],
  ] as const) {
    const { backend } = openStore({ memoryBytes: 8_500 })
    await put(backend, key, 'value', wish)
    await readOften(backend, key, 'value')
    reads.count = 0
    await held(backend, key)
    expect(reads.count).toBe(1)
  }
})

test('a newcomer may try to put others out once in sixteen reads', async () => {
  const { backend } = await kept('x'.repeat(5_000), { memoryBytes: 8_000 })
  await put(backend, 'other', 'y'.repeat(5_000))
  await yieldToLoop()
  const counts: number[] = []
  for (let read = 0; read < 60; read++) {
    reads.count = 0
    await held(backend, 'other')
    counts.push(reads.count)
  }
  const firstHit = counts.indexOf(0)
  expect(firstHit).toBeGreaterThan(16)
  expect(counts.slice(firstHit)).toEqual(counts.slice(firstHit).map(() => 0))
})

test.each([-1, Number.NaN, 1.5, 'much'])('memoryBytes: %s is refused', (memoryBytes) => {
  // @ts-expect-error
  expect(() => sqliteBackend({ path: newPath(), memoryBytes })).toThrow(ConfigError)
})
