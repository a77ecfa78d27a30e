/** B1 to B6: what is stored comes back, under its own key only, and a newer write replaces it whole. */
import assert from 'node:assert/strict'
import { checksumOf } from '../../checksum.ts'
import { KeySpace, MAX_KEY_BYTES } from '../../key.ts'
import { type EntryWish, plainFacts } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'

const VALUES: readonly unknown[] = [
  null,
  0,
  -0,
  '',
  false,
  Number.NaN,
  'text with \0 and 😀',
  { nested: [1, 'two', { three: 3n }] },
  [undefined, null],
  new Date(0),
  new Map([['a', new Set([1])]]),
  new Uint8Array([0, 1, 255]),
  new Float64Array([1.5, Number.NaN]),
]

const HOSTILE_KEYS: readonly string[] = [
  'a',
  'A',
  'a ',
  ' a',
  'a/b',
  'a:b',
  'a\\b',
  '../a',
  '/etc/passwd',
  'a\0b',
  'a%00b',
  '%',
  '_',
  '*',
  "'; drop table entry; --",
  '\u00e9',
  'e\u0301',
  '😀',
  'CON',
  '.',
  '..',
  '__proto__',
  'constructor',
  'k'.repeat(MAX_KEY_BYTES),
  `${'k'.repeat(MAX_KEY_BYTES - 1)}j`,
]

/** An entry of which no fact is left out. */
const FULL: EntryWish = {
  tags: ['t1', 't2'],
  freshMs: 1_000,
  staleMs: 500,
  errorOnlyMs: 250,
  version: 'v7',
  fingerprint: 'f9',
  slidingMs: 1_000,
}

export const storingCases: readonly ConformanceCase[] = [
  {
    clause: 'B1',
    name: 'a stored value of any kept type comes back as it was',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (const [at, value] of VALUES.entries()) {
        assert.equal(await world.put(backend, `key ${at}`, value), 'stored')
        await world.assertValue(backend, `key ${at}`, value)
      }
    },
  },
  {
    clause: 'B1',
    name: 'instants, tags, guards and the tier name come back with it',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'value', FULL)
      const found = await world.found(backend, 'key')
      assert.deepEqual(plainFacts(found.facts), {
        storedAtMs: world.nowMs,
        staleAtMs: world.nowMs + 1_000,
        errorOnlyAtMs: world.nowMs + 1_500,
        expireAtMs: world.nowMs + 1_750,
        tags: ['t1', 't2'],
        version: 'v7',
        fingerprint: 'f9',
        slidingMs: 1_000,
      })
      const isTiered = backend.truth !== backend
      const tiers = isTiered ? [backend.syncTier, backend.truth.name] : [backend.name]
      assert.ok(tiers.includes(found.tier), `tier '${found.tier}', not ${tiers.join(' or ')}`)
    },
  },
  {
    clause: 'B1',
    name: 'bytes come back with the checksum they were stored with',
    needs: ['bytes'],
    async run(world) {
      const backend = await world.open()
      for (const value of ['text', new Uint8Array([1, 2, 3])]) {
        await world.put(backend, 'key', value, { tags: ['t'] })
        const found = await world.find(backend, 'key')
        assert.ok(typeof found !== 'string' && found.payload.holds === 'bytes')
        assert.equal(found.payload.encoded.checksum, checksumOf('key', found.facts, found.payload.encoded))
      }
    },
  },
  {
    clause: 'B1',
    name: 'tags come back in their order, and tags and guards of any text are kept as they are',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const tags = HOSTILE_KEYS.filter((key) => key.length < 100)
      const guard = ` ${'Long'.repeat(500)} \u{1f600} `
      await world.put(backend, 'key', 'value', { tags, version: `v${guard}`, fingerprint: `f${guard}` })
      const found = await world.find(backend, 'key')
      assert.ok(typeof found !== 'string')
      assert.deepEqual(found.facts.tags, tags)
      assert.deepEqual([found.facts.version, found.facts.fingerprint], [`v${guard}`, `f${guard}`])
      for (const tag of ['A', 'a,b', 'e\u0301']) {
        await world.put(backend, 'apart', 'value', { tags: ['a', 'b', '\u00e9'] })
        await backend.invalidate({ tags: [tag] }, world.nowMs)
        await world.assertValue(backend, 'apart', 'value')
      }
    },
  },
  {
    clause: 'B2',
    name: 'a newer write replaces value, instants, tags and guards',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (const wish of [FULL, { tags: ['new'], freshMs: 20_000 }, FULL]) {
        world.nowMs += 5
        await world.put(backend, 'key', world.nowMs, wish)
        await world.assertValue(backend, 'key', world.nowMs)
        assert.deepEqual(plainFacts((await world.found(backend, 'key')).facts), world.facts(wish))
      }
    },
  },
  {
    clause: 'B2',
    name: 'the tags and the end of life of what has been replaced concern the newer value no more',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'old', { tags: ['old'], freshMs: 10 })
      await world.put(backend, 'key', 'new', { tags: ['new'] })
      world.nowMs += 10
      await backend.invalidate({ tags: ['old'] }, world.nowMs)
      await world.assertValue(backend, 'key', 'new')
    },
  },
  {
    clause: 'B3',
    name: 'keys that look alike, look like paths or are as long as allowed stay apart',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (const key of HOSTILE_KEYS) assert.equal(await world.put(backend, key, `value of ${key}`), 'stored')
      for (const key of HOSTILE_KEYS) await world.assertValue(backend, key, `value of ${key}`)
      for (const key of HOSTILE_KEYS) {
        assert.equal(await backend.delete(key, world.nowMs, undefined), true)
        await world.assertMiss(backend, key)
      }
    },
  },
  {
    clause: 'B3',
    name: 'namespaced and structured keys are keys like any other',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const space = new KeySpace().child('a').child('b')
      const keys = [space.storageKey('k'), space.storageKey(['k', { n: 1 }]), new KeySpace().storageKey(['k'])]
      for (const key of keys) await world.put(backend, key, key)
      for (const key of keys) await world.assertValue(backend, key, key)
    },
  },
  {
    clause: 'B4',
    name: 'an entry is served until expireAtMs and not at it, and staleAtMs does not concern the backend',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'value', { freshMs: 1_000, staleMs: 500 })
      world.nowMs += 1_499
      await world.assertValue(backend, 'key', 'value')
      world.nowMs += 1
      await world.assertMiss(backend, 'key', 'expired', 'absent')
    },
  },
  {
    clause: 'B4',
    name: 'an instant for ever away does not overflow, and a clock that goes back does no harm',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'ever', 'value', { freshMs: 8.64e15 - world.nowMs })
      world.nowMs -= 3_600_000
      await world.assertValue(backend, 'ever', 'value')
      world.nowMs += 100 * 365 * 86_400_000
      await world.assertValue(backend, 'ever', 'value')
    },
  },
  {
    clause: 'B5',
    name: 'an entry that has already expired is refused and leaves what is there',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'kept')
      const elapsed = world.entry('key', 'late', { freshMs: 10 })
      world.nowMs += 10
      assert.equal(await backend.set('key', elapsed, world.nowMs, undefined), 'elapsed')
      await world.assertValue(backend, 'key', 'kept')
    },
  },
  {
    clause: 'B6',
    name: 'what is handed in or out can be changed without changing what is stored',
    needs: ['bytes'],
    async run(world) {
      const backend = await world.open()
      const mine = new Uint8Array([1, 2, 3])
      await world.put(backend, 'key', mine)
      mine[0] = 99
      const found = await world.find(backend, 'key')
      assert.ok(typeof found !== 'string' && found.payload.holds === 'bytes')
      const { body } = found.payload.encoded
      assert.ok(typeof body !== 'string')
      assert.equal(body[0], 1)
      body[1] = 99
      await world.assertValue(backend, 'key', new Uint8Array([1, 2, 3]))
    },
  },
  {
    clause: 'B6',
    name: 'what is handed in can be changed while it is being stored',
    needs: ['bytes'],
    async run(world) {
      const backend = await world.open()
      const keys = Array.from({ length: 8 }, (_, at) => `key ${at}`)
      const bytes = keys.map((_, at) => new Uint8Array(100).fill(at))
      const sets = keys.map((key, at) => world.put(backend, key, bytes[at]))
      for (const each of bytes) each.fill(99)
      assert.deepEqual(
        await Promise.all(sets),
        keys.map(() => 'stored'),
      )
      for (const [at, key] of keys.entries()) await world.assertValue(backend, key, new Uint8Array(100).fill(at))
    },
  },
]
