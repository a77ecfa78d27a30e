/** Nothing of an entry outlives its being written anew, no hit word promises what it cannot know, the dead go first. */
import { type Backend, type EntryFacts, isPlainFacts } from '@stowage/core'
import { type MemoryOptions, memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from './entries.ts'

/** Far enough away that a glance at a word tells freshness. */
const LATER = { staleAtMs: 1e9, errorOnlyAtMs: 1e9, expireAtMs: 1e9 }

const kinds: readonly { name: string; value: string; tags: readonly string[]; facts: Partial<EntryFacts> }[] = [
  { name: 'bare', value: 'text', tags: [], facts: LATER },
  { name: 'bare and larger', value: 'a longer text than that', tags: [], facts: LATER },
  { name: 'of a short life', value: 'text', tags: [], facts: {} },
  { name: 'tagged', value: 'text', tags: ['t'], facts: LATER },
  { name: 'with windows', value: 'text', tags: [], facts: { ...LATER, errorOnlyAtMs: 2e9, expireAtMs: 3e9 } },
  { name: 'guarded', value: 'text', tags: [], facts: { ...LATER, version: 'v1' } },
]

async function factsOf(backend: Backend, key: string): Promise<EntryFacts | undefined> {
  const found = await backend.get(key, 1)
  return typeof found === 'object' ? found.facts : undefined
}

/** Weighed entries are written anew in one way, others in a shorter one. */
const limits: readonly MemoryOptions[] = [{ maxBytes: '1MB' }, { maxEntries: 10 }]
const rewrites = kinds.flatMap((before) => kinds.flatMap((after) => limits.map((limit) => ({ before, after, limit }))))

test.each(rewrites)(
  'an entry $before.name, written anew $after.name, is as if nothing had been there: $limit',
  async ({ before, after, limit }) => {
    const backend = memoryBackend(limit)
    const fresh = memoryBackend(limit)
    const written = entryOf(after.value, after.tags, { ...after.facts, storedAtMs: 1 })
    await backend.set('key', entryOf(before.value, before.tags, before.facts), 0, undefined)
    await backend.set('key', written, 1, undefined)
    await fresh.set('key', written, 1, undefined)
    expect(await factsOf(backend, 'key')).toEqual(written.facts)
    expect(await backend.usage(1)).toEqual(await fresh.usage(1))
    expect(backend.getSync('key', 1, 'use')).toBe(isPlainFacts(written.facts) ? after.value : undefined)
    await backend.invalidate({ tags: ['t'] }, 1)
    expect(backend.getSync('key', 1, 'use')).toBe(
      fresh.getSync('key', 1, 'use') === undefined || after.tags.length > 0 ? undefined : after.value,
    )
  },
)

test('a bare entry is not written anew under a lease that has been released, though nobody holds one any more', async () => {
  const backend = memoryBackend({ maxEntries: 10 })
  await backend.set('key', entryOf('before', [], LATER), 0, undefined)
  const lease = await backend.lease('key', 'fence', 1_000, 0)
  if (lease === undefined) throw new Error('no lease was given')
  await backend.release(lease)
  expect(await backend.set('key', entryOf('late', [], LATER), 1, lease)).toBe('superseded')
  expect(backend.getSync('key', 1, 'use')).toBe('before')
})

/** Ends of lives as they are told apart: just before and at each of them. */
const INSTANTS_MS = [1, 999, 1_000, 1e9 - 1, 1e9, 2e9 - 1, 2e9, 3e9 - 1, 3e9]

test.each(kinds.flatMap((before) => kinds.map((after) => ({ before, after }))))(
  'an entry $after.name in the slot that one $before.name has left is as if nothing had been there',
  async ({ before, after }) => {
    const backend = memoryBackend({ maxEntries: 1 })
    const fresh = memoryBackend({ maxEntries: 1 })
    const written = entryOf(after.value, after.tags, { ...after.facts, storedAtMs: 1 })
    await backend.set('former', entryOf(before.value, before.tags, before.facts), 0, undefined)
    for (const one of [backend, fresh]) await one.set('key', written, 1, undefined)
    expect(await factsOf(backend, 'key')).toEqual(written.facts)
    const missAt = async (one: Backend, nowMs: number) => {
      const found = await one.get('key', nowMs)
      return [typeof found === 'string' ? found : 'there', one.getSync('key', nowMs, 'ignore')]
    }
    for (const nowMs of INSTANTS_MS) expect(await missAt(backend, nowMs)).toEqual(await missAt(fresh, nowMs))
  },
)

test.each(['use', 'ignore'] as const)(
  'a clock that goes back makes nothing plain that is not (%s)',
  async (recency) => {
    const backend = memoryBackend({ maxEntries: 10 })
    const times = { storedAtMs: 1e5, ...LATER }
    await backend.set('bare', entryOf(1, [], times), 1e5, undefined)
    await backend.set('tagged', entryOf(2, ['t'], times), 1e5, undefined)
    await backend.set('guarded', entryOf(3, [], { ...times, version: 'v1' }), 1e5, undefined)
    await backend.invalidate({ tags: ['t'] }, 1e5)
    expect(backend.getSync('bare', 0, recency)).toBe(1)
    expect(backend.getSync('tagged', 0, recency)).toBeUndefined()
    expect(backend.getSync('guarded', 0, recency)).toBeUndefined()
  },
)

test('a cache that is cleared while a walk goes on believes its words again when the walk is over', async () => {
  const entryCount = 5_000
  const backend = memoryBackend({ maxEntries: entryCount })
  for (let at = 0; at < entryCount; at++) await backend.set(`old:${at}`, entryOf(at, [], LATER), 0, undefined)
  await backend.invalidate({ prefix: 'old' }, 0)
  await backend.invalidate({ all: true }, 0)
  await backend.set(
    'old:0',
    entryOf('new', [], { storedAtMs: 5, staleAtMs: 9_000, errorOnlyAtMs: 9_000, expireAtMs: 9_000 }),
    5,
    undefined,
  )
  for (let turn = 0; turn < 20; turn++) {
    expect(backend.getSync('old:0', 8_999, 'use')).toBe('new')
    expect(backend.getSync('old:0', 9_000, 'use')).toBeUndefined()
    await new Promise(setImmediate)
  }
})

test('the dead go before the living, wherever they wait', async () => {
  const backend = memoryBackend({ maxEntries: 4 })
  await backend.set('oldest', entryOf(1, [], LATER), 0, undefined)
  await backend.set('dead', entryOf(2), 0, undefined)
  await backend.set('a', entryOf(3, [], LATER), 0, undefined)
  await backend.set('b', entryOf(4, [], LATER), 0, undefined)
  await backend.set('new', entryOf(5, [], LATER), 1_000, undefined)
  const held = ['oldest', 'dead', 'a', 'b', 'new'].filter((key) => backend.getSync(key, 1_000, 'ignore') !== undefined)
  expect(held).toEqual(['oldest', 'a', 'b', 'new'])
})
