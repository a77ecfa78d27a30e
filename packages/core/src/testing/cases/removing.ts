/** B7 to B11: deletion by key, discarding what was seen, and invalidation by tag, prefix, pattern and of all. */
import assert from 'node:assert/strict'
import type { Backend } from '../../backend.ts'
import { KeySpace } from '../../key.ts'
import { type CaseWorld, plainFacts } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'

/** More tiers than any backend has. */
const MAX_TIER_COUNT = 8

/** Stores `key: key` for each. */
async function fill(world: CaseWorld, backend: Backend, keys: readonly string[]): Promise<void> {
  for (const key of keys) await world.put(backend, key, key)
}

async function assertOnly(
  world: CaseWorld,
  backend: Backend,
  keys: readonly string[],
  kept: readonly string[],
): Promise<void> {
  for (const key of keys) {
    if (kept.includes(key)) await world.assertValue(backend, key, key)
    else await world.assertMiss(backend, key)
  }
}

export const removingCases: readonly ConformanceCase[] = [
  {
    clause: 'B7',
    name: 'delete removes the key, and says whether a live entry was there',
    needs: [],
    async run(world) {
      const backend = await world.open()
      assert.equal(await backend.delete('key', world.nowMs, undefined), false)
      await world.put(backend, 'key', 1)
      assert.equal(await backend.delete('key', world.nowMs, undefined), true)
      await world.assertMiss(backend, 'key', 'absent')
      assert.equal(await backend.delete('key', world.nowMs, undefined), false)
    },
  },
  {
    clause: 'B7',
    name: 'an expired or invalidated entry does not count as one that was there',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'expired', 1, { freshMs: 10 })
      await world.put(backend, 'invalidated', 1, { tags: ['t'] })
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      world.nowMs += 10
      assert.equal(await backend.delete('expired', world.nowMs, undefined), false)
      assert.equal(await backend.delete('invalidated', world.nowMs, undefined), false)
    },
  },
  {
    clause: 'B7',
    name: 'a deletion under a lease is carried out only while the lease holds',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 1)
      const lease = await world.fence(backend, 'key')
      await world.put(backend, 'key', 2)
      assert.equal(await backend.delete('key', world.nowMs, lease), false)
      await world.assertValue(backend, 'key', 2)
      assert.equal(await backend.delete('key', world.nowMs, await world.fence(backend, 'key')), true)
      await world.assertMiss(backend, 'key')
    },
  },
  {
    clause: 'B27',
    name: 'touch gives the very entry seen other instants, and nothing else',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'value', { tags: ['t'], fingerprint: 'f', freshMs: 10 })
      const seen = await backend.truth.get('key', world.nowMs)
      assert.ok(typeof seen !== 'string')
      const lease = await world.fence(backend, 'key')
      const times = {
        ...seen.facts,
        storedAtMs: seen.facts.storedAtMs - 1,
        staleAtMs: world.nowMs + 100,
        errorOnlyAtMs: world.nowMs + 150,
        expireAtMs: world.nowMs + 200,
      }
      assert.equal(await backend.touch('key', seen, times, world.nowMs, 'keep'), true)
      world.nowMs += 199
      const found = await backend.truth.get('key', world.nowMs)
      assert.ok(typeof found !== 'string')
      assert.deepEqual({ ...found.facts }, { ...seen.facts, ...times, expireAtMs: found.facts.expireAtMs })
      await world.assertValue(backend, 'key', 'value')
      assert.equal(await world.put(backend, 'key', 'newer', { lease }), 'stored', 'leases stay')
      assert.equal(
        await backend.touch('key', found, times, world.nowMs, 'keep'),
        false,
        'a newer write is not the one seen',
      )
      world.nowMs += 1
      await world.assertValue(backend, 'key', 'newer')
      assert.equal(await backend.touch('nothing', found, times, world.nowMs, 'keep'), false)
    },
  },
  {
    clause: 'B27',
    name: 'touch voids the leases of the key when told to, and only if it is carried out',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'older', { freshMs: 10 })
      const before = await backend.truth.get('key', world.nowMs)
      await world.put(backend, 'key', 'value', { staleMs: 100 })
      const seen = await backend.truth.get('key', world.nowMs)
      assert.ok(typeof before !== 'string' && typeof seen !== 'string')
      const [fence, other] = [await world.fence(backend, 'key'), await world.fence(backend, 'another')]
      const exclusive = await backend.lease('key', 'exclusive', 30_000, world.nowMs)
      const times = { ...seen.facts, staleAtMs: world.nowMs }
      assert.equal(await backend.touch('key', before, times, world.nowMs, 'void'), false)
      assert.ok(exclusive !== undefined && (await backend.renew(exclusive, [], 30_000, world.nowMs)))
      assert.equal(await backend.touch('key', seen, times, world.nowMs, 'void'), true)
      for (const lease of [fence, exclusive]) {
        assert.equal(await backend.renew(lease, [], 30_000, world.nowMs), false)
        assert.equal(await world.put(backend, 'key', 'loaded before', { lease }), 'superseded')
      }
      await world.assertValue(backend, 'key', 'value')
      assert.equal(await world.put(backend, 'another', 1, { lease: other }), 'stored')
      const later = await backend.lease('key', 'exclusive', 30_000, world.nowMs)
      assert.ok(later !== undefined, 'the key is free')
      assert.equal(await world.put(backend, 'key', 'loaded after', { lease: later }), 'stored')
    },
  },
  {
    clause: 'B27',
    name: 'a sliding entry can be touched as any read gave it',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'value', { freshMs: 10, slidingMs: 10 })
      for (let reads = 0; reads < 5; reads++) {
        world.nowMs += 9
        const seen = await world.found(backend, 'key')
        seen.settle({ usable: true, value: 'value' })
        const times = { ...seen.facts, staleAtMs: world.nowMs + 10, errorOnlyAtMs: world.nowMs + 10 }
        const touched = await backend.touch(
          'key',
          seen,
          { ...times, expireAtMs: world.nowMs + 10 },
          world.nowMs,
          'keep',
        )
        assert.equal(touched, true, `read ${reads}`)
      }
    },
  },
  {
    clause: 'B27',
    name: 'touch undoes nothing that another call did to any of the instants meanwhile',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (const instant of ['storedAtMs', 'staleAtMs', 'errorOnlyAtMs', 'expireAtMs'] as const) {
        await world.put(backend, instant, 'value', { freshMs: 100, staleMs: 100, errorOnlyMs: 100 })
        const seen = await backend.truth.get(instant, world.nowMs)
        assert.ok(typeof seen !== 'string')
        const others = { ...seen.facts, [instant]: seen.facts[instant] - 1 }
        assert.equal(await backend.touch(instant, seen, others, world.nowMs, 'keep'), true, instant)
        const longer = { ...seen.facts, expireAtMs: seen.facts.expireAtMs + 100 }
        assert.equal(await backend.touch(instant, seen, longer, world.nowMs, 'keep'), false, instant)
        const found = await backend.truth.get(instant, world.nowMs)
        assert.ok(typeof found !== 'string')
        assert.deepEqual(plainFacts(found.facts), plainFacts(others))
        assert.equal(await backend.touch(instant, found, longer, world.nowMs, 'keep'), true, `${instant}, as it is now`)
      }
    },
  },
  {
    clause: 'B8',
    name: 'discard takes out exactly the entry that was seen',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'seen')
      const seen = await world.find(backend, 'key')
      assert.ok(typeof seen !== 'string')
      await world.put(backend, 'key', 'newer')
      await backend.discard('key', seen)
      await world.assertValue(backend, 'key', 'newer')
      // Tiers hold a copy each: what is seen is taken out one by one.
      for (let copies = 0; copies < MAX_TIER_COUNT; copies++) {
        const newer = await world.find(backend, 'key')
        if (typeof newer !== 'string') await backend.discard('key', newer)
      }
      await world.assertMiss(backend, 'key')
    },
  },
  {
    clause: 'B9',
    name: 'nothing stored before with any of the tags is served again; everything else is',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'both', 1, { tags: ['t1', 't2'] })
      await world.put(backend, 'other', 2, { tags: ['t3'] })
      await world.put(backend, 'none', 3)
      await backend.invalidate({ tags: ['t2', 'unused'] }, world.nowMs)
      await world.assertMiss(backend, 'both', 'invalidated', 'absent')
      await world.assertValue(backend, 'other', 2)
      await world.assertValue(backend, 'none', 3)
      await world.put(backend, 'both', 4, { tags: ['t1', 't2'] })
      await world.assertValue(backend, 'both', 4)
    },
  },
  {
    clause: 'B9',
    name: 'many invalidations of one tag, swept in between, never bring an entry back',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (let round = 0; round < 20; round++) {
        await world.put(backend, 'key', round, { tags: ['t'] })
        await world.assertValue(backend, 'key', round)
        await backend.invalidate({ tags: ['t'] }, world.nowMs)
        await world.assertMiss(backend, 'key')
        if (round % 3 === 0) await backend.sweep(world.nowMs)
        await world.assertMiss(backend, 'key')
      }
    },
  },
  {
    clause: 'B10',
    name: 'a prefix covers the keys that begin with it, to the letter',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const keys = ['us', 'user', 'user:', 'user:1', 'user:😀', 'user;', 'User:1', 'user:\uffff', 'user_1', 'vser:1']
      await fill(world, backend, keys)
      await backend.invalidate({ prefix: 'user:' }, world.nowMs)
      await assertOnly(world, backend, keys, ['us', 'user', 'user;', 'User:1', 'user_1', 'vser:1'])
    },
  },
  {
    clause: 'B10',
    name: 'a pattern covers the text keys of its namespace that match',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const space = new KeySpace().child('n')
      const root = ['a1', 'a2b', 'a', 'b1', 'a*', 'a_', 'a%', '[a1', '=#a1', '😀1']
      const nested = [space.storageKey('a1'), space.storageKey('b1'), space.storageKey(['a1'])]
      await fill(world, backend, [...root, ...nested])
      await backend.invalidate({ pattern: 'a\\*', root: '' }, world.nowMs)
      await assertOnly(
        world,
        backend,
        root,
        root.filter((key) => key !== 'a*'),
      )
      await backend.invalidate({ pattern: '?1', root: '' }, world.nowMs)
      await assertOnly(world, backend, root, ['a2b', 'a', 'a_', 'a%', '[a1', '=#a1'])
      await assertOnly(world, backend, nested, nested)
      await backend.invalidate({ pattern: '*', root: '' }, world.nowMs)
      await assertOnly(world, backend, root, ['[a1'])
      await backend.invalidate({ pattern: 'a*', root: space.root }, world.nowMs)
      await assertOnly(world, backend, nested, nested.slice(1))
    },
  },
  {
    clause: 'B11',
    name: 'all covers every key of the store, and nothing written afterwards',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const keys = ['a', '[x', '#n/=a']
      for (const key of keys) await world.put(backend, key, key, { tags: ['t'] })
      await backend.invalidate({ all: true }, world.nowMs)
      await assertOnly(world, backend, keys, [])
      const { entryCount } = await backend.usage(world.nowMs)
      await world.put(backend, 'b', 'b', { tags: ['t'] })
      await world.assertValue(backend, 'b', 'b')
      assert.ok(entryCount <= keys.length)
    },
  },
]
