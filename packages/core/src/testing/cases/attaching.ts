/** B22 to B25: the fast path, closing, reopening, and several attached at once. */
import assert from 'node:assert/strict'
import { MAX_CLOCK_SKEW_MS } from '../../freshness.ts'
import type { ConformanceCase } from '../conformance-case.ts'

export const attachingCases: readonly ConformanceCase[] = [
  {
    clause: 'B22',
    name: 'the fast path serves what get would serve fresh and unguarded, or says nothing',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const sync = (key: string) => backend.getSync(key, world.nowMs, 'use')
      await world.put(backend, 'plain', 'value', { tags: ['t'], freshMs: 1_000, staleMs: 1_000 })
      await world.put(backend, 'guarded', 'value', { fingerprint: 'f' })
      await world.put(backend, 'versioned', 'value', { version: 'v' })
      await world.put(backend, 'sliding', 'value', { slidingMs: 60_000 })
      const unsaid = ['guarded', 'versioned', 'sliding', 'absent'].map(sync)
      assert.deepEqual(unsaid, [undefined, undefined, undefined, undefined])
      assert.ok([undefined, 'value'].includes(sync('plain') as undefined | string))
      world.nowMs += 1_000
      assert.equal(sync('plain'), undefined, 'stale')
      await world.put(backend, 'plain', 'value', { tags: ['t'] })
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      assert.equal(sync('plain'), undefined, 'invalidated')
      await world.put(backend, 'plain', 'value')
      await backend.delete('plain', world.nowMs, undefined)
      assert.equal(sync('plain'), undefined, 'deleted')
    },
  },
  {
    clause: 'B22',
    name: 'the fast path does not answer for what the clock has been set back behind',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'value')
      world.nowMs -= MAX_CLOCK_SKEW_MS
      const atTheBound = backend.getSync('key', world.nowMs, 'use')
      assert.ok(atTheBound === 'value' || backend.capabilities.holds !== 'values', 'clocks are never quite alike')
      world.nowMs -= 1
      assert.equal(backend.getSync('key', world.nowMs, 'use'), undefined)
      await world.put(backend, 'newer', 'value')
      assert.equal(backend.getSync('key', world.nowMs, 'use'), undefined, 'after a write by the clock that was set')
    },
  },
  {
    clause: 'B22',
    name: 'a backend that holds values answers at once',
    needs: ['values'],
    async run(world) {
      const backend = await world.open()
      const value = { some: 'object' }
      await world.put(backend, 'key', value)
      assert.deepEqual(backend.getSync('key', world.nowMs, 'use'), value)
      assert.deepEqual(backend.getSync('key', world.nowMs, 'ignore'), value)
    },
  },
  {
    clause: 'B22',
    name: "with 'ignore' it is no use: what is evicted next is what would have been",
    needs: ['maxEntries'],
    async run(world) {
      const kept = async (isPeeked: boolean): Promise<string[]> => {
        const backend = await world.open({ maxEntries: 4 })
        for (const key of ['a', 'b', 'c', 'd']) await world.put(backend, key, 1)
        if (isPeeked) for (const key of ['a', 'b', 'a', 'b']) backend.getSync(key, world.nowMs, 'ignore')
        for (const key of ['e', 'f']) await world.put(backend, key, 1)
        const keys: string[] = []
        for await (const { key } of backend.scan({ prefix: '', tag: undefined }, world.nowMs)) keys.push(key)
        return keys.sort()
      }
      assert.deepEqual(await kept(true), await kept(false))
    },
  },
  {
    clause: 'B23',
    name: 'close can be called twice, and afterwards nothing else can',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 1)
      const [seen, truth] = [await world.found(backend, 'key'), await backend.truth.get('key', world.nowMs)]
      assert.ok(typeof truth !== 'string')
      const [lease, another] = [await world.fence(backend, 'key'), await world.fence(backend, 'key')]
      await backend.close()
      await backend.close()
      assert.equal(backend.getSync('key', world.nowMs, 'use'), undefined)
      const calls: Readonly<Record<string, () => unknown>> = {
        get: () => world.find(backend, 'key'),
        set: () => world.put(backend, 'key', 2),
        'set under a lease': () => world.put(backend, 'key', 2, { lease }),
        delete: () => backend.delete('key', world.nowMs, undefined),
        touch: () => backend.touch('key', truth, truth.facts, world.nowMs, 'keep'),
        discard: () => backend.discard('key', seen),
        invalidate: () => backend.invalidate({ all: true }, world.nowMs),
        'invalidate tags': () => backend.invalidate({ tags: ['t'] }, world.nowMs),
        lease: () => backend.lease('key', 'fence', 1_000, world.nowMs),
        renew: () => backend.renew(another, [], 1_000, world.nowMs),
        release: () => backend.release(another),
        scan: () => Array.fromAsync(backend.scan({ prefix: '', tag: undefined }, world.nowMs)),
        usage: () => backend.usage(world.nowMs),
        sweep: () => backend.sweep(world.nowMs),
        check: () => Array.fromAsync(backend.check(false, world.nowMs)),
      }
      for (const [name, call] of Object.entries(calls))
        await assert.rejects(
          async () => call(),
          () => true,
          name,
        )
    },
  },
  {
    clause: 'B24',
    name: 'entries, their instants and tags survive close and reopening',
    needs: ['persistent'],
    async run(world) {
      const [first, attach] = await world.openStore()
      await world.put(first, 'key', { kept: new Date(0) }, { tags: ['t'], freshMs: 1_000 })
      await first.close()
      const second = await attach()
      await world.assertValue(second, 'key', { kept: new Date(0) })
      await second.invalidate({ tags: ['t'] }, world.nowMs)
      await world.assertMiss(second, 'key')
    },
  },
  {
    clause: 'B24',
    name: 'what was invalidated stays so after reopening, also for a load that began before',
    needs: ['persistent'],
    async run(world) {
      const [first, attach] = await world.openStore()
      await world.put(first, 'tagged', 1, { tags: ['t'] })
      await world.put(first, 'deleted', 1)
      const lease = await world.fence(first, 'loading')
      await first.invalidate({ tags: ['t'] }, world.nowMs)
      await first.delete('deleted', world.nowMs, undefined)
      await first.close()
      const second = await attach()
      await world.assertMiss(second, 'tagged')
      await world.assertMiss(second, 'deleted')
      assert.equal(await world.put(second, 'loading', 'late', { tags: ['t'], lease }), 'superseded')
    },
  },
  {
    clause: 'B25',
    name: "each sees the other's writes, deletions and invalidations at once",
    needs: ['shared'],
    async run(world) {
      const [one, attach] = await world.openStore()
      const other = await attach()
      await world.put(one, 'key', 1, { tags: ['t'] })
      await world.assertValue(other, 'key', 1)
      await other.invalidate({ tags: ['t'] }, world.nowMs)
      await world.assertMiss(one, 'key')
      await world.put(other, 'key', 2)
      await world.assertValue(one, 'key', 2)
      await one.delete('key', world.nowMs, undefined)
      await world.assertMiss(other, 'key')
    },
  },
  {
    clause: 'B25',
    name: "each one's leases hold for, and are voided by, the other",
    needs: ['shared'],
    async run(world) {
      const [one, attach] = await world.openStore()
      const other = await attach()
      assert.ok(await one.lease('slot', 'exclusive', 1_000, world.nowMs))
      assert.equal(await other.lease('slot', 'exclusive', 1_000, world.nowMs), undefined)
      const lease = await world.fence(one, 'key')
      const tagged = await world.fence(one, 'tagged')
      await other.delete('key', world.nowMs, undefined)
      await other.invalidate({ tags: ['t'] }, world.nowMs)
      assert.equal(await world.put(one, 'key', 'late', { lease }), 'superseded')
      assert.equal(await world.put(one, 'tagged', 'late', { tags: ['t'], lease: tagged }), 'superseded')
    },
  },
]
