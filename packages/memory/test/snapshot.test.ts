/** Warm starts: what comes back from a file, and what must not. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cache, createCache, jsonCodec } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSnapshot } from '../src/snapshot/snapshot-reader.ts'
import { SnapshotWriter } from '../src/snapshot/snapshot-writer.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stowage-snapshot-'))
  path = join(folder, 'cache.snapshot')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const clock = createFakeClock(1_000_000)
const at = () => ({ nowMs: clock.nowMs() })

function start(options: Partial<Parameters<typeof memoryBackend>[0]> = {}) {
  const backend = memoryBackend({ maxEntries: 1_000, ...options })
  return { backend, cache: createCache({ backend, ttl: '1h', clock }) }
}

/** What the next process finds. */
async function restarted(options: Partial<Parameters<typeof memoryBackend>[0]> = {}) {
  const next = start(options)
  const report = await next.backend.restore(path, at())
  return { ...next, report }
}

test('entries come back with their values, instants, tags and guards', async () => {
  const { backend, cache } = start()
  const value = { when: new Date(0), list: new Map([['a', 1n]]), bytes: Buffer.from('abc') }
  await cache.set('typed', value, { ttl: '10m', tags: ['user:1', 'plan'], staleIfError: '1h' })
  await cache.set('guarded', 1, { fingerprint: 'mtime 1' })
  await cache.set('plain', 'text')
  clock.advanceMs(60_000)
  expect(await backend.snapshot(path, at())).toEqual({ entries: 3, unkept: 0 })

  const next = await restarted()
  expect(next.report).toEqual({ outcome: 'restored', entries: 3, leftOut: 0 })
  expect(await next.cache.lookup('typed')).toMatchObject({
    outcome: 'hit',
    value,
    ageMs: 60_000,
    ttlLeftMs: 540_000,
    tags: ['user:1', 'plan'],
  })
  expect(await next.cache.getOrSet('guarded', () => 2, { fingerprint: 'mtime 2' })).toBe(2)
  expect(await next.cache.get('plain')).toBe('text')
  await next.cache.invalidate({ tags: ['plan'] })
  expect(await next.cache.get('typed')).toBeUndefined()
})

test('only the owner may read the file, and a snapshot is good for one start', async () => {
  const { backend, cache } = start()
  await cache.set('key', 1)
  await backend.snapshot(path, at())
  expect(statSync(path).mode & 0o777).toBe(0o600)
  await restarted()
  expect(readdirSync(folder)).toEqual([])
  expect((await restarted()).report.outcome).toBe('absent')
})

test('what has expired by then, what is here already and what does not fit is left out', async () => {
  const { backend, cache } = start()
  await cache.set('short', 1, '1m')
  await cache.set('newer', 'old')
  await cache.set('large', 'x'.repeat(10_000))
  await backend.snapshot(path, at())
  clock.advanceMs(60_000)
  const next = start({ maxEntryBytes: 1_000 })
  await next.cache.set('newer', 'new')
  expect(await next.backend.restore(path, at())).toEqual({ outcome: 'restored', entries: 0, leftOut: 3 })
  expect(await next.cache.get('newer')).toBe('new')
})

test.each(['copy', 'freeze', 'reference'] as const)('values are kept by %s after a restart too', async (isolation) => {
  const { backend, cache } = start({ isolation })
  await cache.set('key', { at: new Date(0), parts: [{ id: 1 }] })
  await backend.snapshot(path, at())
  const next = await restarted({ isolation })
  const first = await next.cache.get('key')
  expect(first).toEqual({ at: new Date(0), parts: [{ id: 1 }] })
  expect((await next.cache.get('key')) === first).toBe(isolation === 'reference')
})

test('values that are no data are counted and left out; a codec of one’s own is used both ways', async () => {
  const { backend, cache } = start()
  await cache.set('function', () => 1)
  await cache.set('date', new Date(0))
  expect(await backend.snapshot(path, { ...at(), codec: jsonCodec })).toMatchObject({ entries: 1, unkept: 1 })
  const next = start()
  await next.backend.restore(path, { ...at(), codec: jsonCodec })
  expect(await next.cache.get('date')).toBe('1970-01-01T00:00:00.000Z')
})

describe('what contradicts a snapshot deletes it at once:', () => {
  const contradictions: Record<string, (cache: Cache) => Promise<unknown>> = {
    'another value': (cache) => cache.set('held', 2),
    'a deletion': (cache) => cache.delete('held'),
    'a deletion of what is no longer here': (cache) => cache.delete('unknown'),
    'a tag': (cache) => cache.invalidate({ tags: ['tag'] }),
    'a prefix': (cache) => cache.invalidate({ prefix: 'h' }),
    'a pattern': (cache) => cache.invalidate({ pattern: 'h*' }),
    everything: (cache) => cache.invalidate({ all: true }),
    'an expiry': (cache) => cache.expire({ key: 'held' }),
    'a shorter life': (cache) => cache.touch('held', '1s'),
  }
  test.each(Object.entries(contradictions))('%s', async (_, contradict) => {
    const { backend, cache } = start()
    await cache.set('held', 1, { tags: ['tag'], staleWhileRevalidate: '1h' })
    await backend.snapshot(path, at())
    await contradict(cache)
    expect(existsSync(path)).toBe(false)
  })

  test('a write of a key that was given up since', async () => {
    const { backend, cache } = start({ maxEntries: 1 })
    await cache.set('first', 1)
    await backend.snapshot(path, at())
    await cache.set('second', 2)
    await cache.set('first', 3)
    expect(existsSync(path)).toBe(false)
  })

  test('but not a new key, a longer life or a read', async () => {
    const { backend, cache } = start()
    await cache.set('held', 1)
    await backend.snapshot(path, at())
    await cache.set('new', 1)
    await cache.touch('held', '2h')
    await cache.get('held')
    expect((await restarted()).report.entries).toBe(1)
  })
})

describe('what changes while it is written', () => {
  /** Some thousand entries and one of each kind of change, made at the first sign of progress. */
  async function changedMeanwhile(change: (cache: Cache) => Promise<unknown>) {
    const { backend, cache } = start({ maxEntries: 10_000 })
    for (let nth = 0; nth < 3_000; nth++) await cache.set(`key:${nth}`, nth, { tags: [`of:${nth % 10}`] })
    let changing: Promise<unknown> | undefined
    await backend.snapshot(path, {
      ...at(),
      onProgress: () => {
        changing ??= change(cache)
      },
    })
    await changing
    return restarted({ maxEntries: 10_000 })
  }

  test.each([0, 2_999])('a deletion of entry %i', async (nth) => {
    const { cache, report } = await changedMeanwhile((writing) => writing.delete(`key:${nth}`))
    expect(await cache.get(`key:${nth}`)).toBeUndefined()
    expect(report.entries).toBe(2_999)
  })

  test('another value, which may be missing but is never the old one', async () => {
    const { cache } = await changedMeanwhile((writing) => writing.set('key:0', 'new'))
    expect(await cache.get('key:0')).not.toBe(0)
  })

  test('invalidations by tag and by prefix', async () => {
    const tagged = await changedMeanwhile((writing) => writing.invalidate({ tags: ['of:3'] }))
    expect([await tagged.cache.get('key:3'), await tagged.cache.get('key:2993')]).toEqual([undefined, undefined])
    expect(tagged.report.entries).toBe(2_700)
    const prefixed = await changedMeanwhile((writing) => writing.invalidate({ prefix: 'key:1' }))
    expect(await prefixed.cache.get('key:1')).toBeUndefined()
    expect(await prefixed.cache.get('key:2')).toBe(2)
  })
})

test('what is deleted while it is read back does not come back', async () => {
  const first = start({ maxEntries: 10_000 })
  for (let nth = 0; nth < 3_000; nth++) await first.cache.set(`key:${nth}`, nth)
  await first.backend.snapshot(path, at())
  const { backend, cache } = start({ maxEntries: 10_000 })
  let deleting: Promise<unknown> | undefined
  const onProgress = () => {
    deleting ??= Promise.all([cache.delete('key:0'), cache.delete('key:2999')])
  }
  expect((await backend.restore(path, { ...at(), onProgress })).entries).toBe(2_999)
  await deleting
  expect(await cache.getMany(['key:0', 'key:2999'])).toEqual(new Map())
})

test('cancelled or closed on the way: no file, and nothing beside it', async () => {
  const { backend, cache } = start({ maxEntries: 10_000 })
  for (let nth = 0; nth < 3_000; nth++) await cache.set(`key:${nth}`, nth)
  const stop = new AbortController()
  const cancelled = backend.snapshot(path, { ...at(), signal: stop.signal, onProgress: () => stop.abort() })
  await expect(cancelled).rejects.toThrow('aborted')
  const closed = backend.snapshot(path, { ...at(), onProgress: () => void cache.close() })
  await expect(closed).rejects.toThrow('closed before the snapshot was done')
  expect(readdirSync(folder)).toEqual([])
  await expect(backend.snapshot(path)).rejects.toThrow('closed')
})

test('every cut and every flipped byte is a cold start, never a wrong value', async () => {
  const { backend, cache } = start()
  await cache.set('key', { name: 'Ada' }, { tags: ['tag'] })
  await backend.snapshot(path, at())
  const whole = readFileSync(path)
  const damaged = Array.from({ length: whole.length }, (_, nth) => [
    whole.subarray(0, nth),
    Buffer.from(whole.map((byte, index) => (index === nth ? byte ^ 0x10 : byte))),
  ]).flat()
  for (const bytes of damaged) {
    writeFileSync(path, bytes)
    const { report } = await restarted()
    expect(['damaged', 'unknown version']).toContain(report.outcome)
    expect(report.entries).toBe(0)
  }
  writeFileSync(path, whole)
  expect((await restarted()).report.outcome).toBe('restored')
})

test('what changes while the last bytes are on their way is in the file too', async () => {
  const writer = await SnapshotWriter.create(path)
  let looks = 0
  const late = [{ key: 'late' }]
  await writer.finish(
    () => (++looks <= 2 ? [] : late),
    () => {},
  )
  const reader = await openSnapshot(path)
  if (typeof reader === 'string') throw new Error(reader)
  expect(await reader.changes()).toEqual([JSON.stringify(late[0])])
  await reader.close()
})

test('bytes that were read back hold no more memory than they need', async () => {
  const { backend, cache } = start()
  await cache.set('key', new Uint8Array([1, 2, 3]))
  await backend.snapshot(path, at())
  const { cache: next } = await restarted()
  expect((await next.get<Uint8Array>('key'))?.buffer.byteLength).toBe(3)
})
