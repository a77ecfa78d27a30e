/** B17 to B21: limits, usage, listing, sweeping, and reports of what left. */
import assert from 'node:assert/strict'
import type { Backend } from '../../backend.ts'
import type { RemovalCause } from '../../vocabulary.ts'
import { type CaseWorld, type EntryWish, plainFacts } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'

async function assertWithin(world: CaseWorld, backend: Backend): Promise<void> {
  const usage = await backend.usage(world.nowMs)
  assert.ok(usage.entryCount <= (usage.maxEntries ?? Number.POSITIVE_INFINITY), `${usage.entryCount} entries`)
  assert.ok(usage.sizeBytes <= (usage.maxBytes ?? Number.POSITIVE_INFINITY), `${usage.sizeBytes} bytes`)
}

async function listed(world: CaseWorld, backend: Backend, prefix: string, tag?: string): Promise<string[]> {
  const keys: string[] = []
  for await (const entry of backend.scan({ prefix, tag }, world.nowMs)) keys.push(entry.key)
  return keys.sort()
}

export const boundingCases: readonly ConformanceCase[] = [
  {
    clause: 'B17',
    name: 'never more entries than allowed, and what was just written is there',
    needs: ['maxEntries'],
    async run(world) {
      for (const maxEntries of [1, 2, 7]) {
        const backend = await world.open({ maxEntries })
        assert.equal((await backend.usage(world.nowMs)).maxEntries, maxEntries)
        for (let at = 0; at < 50; at++) {
          assert.equal(await world.put(backend, `key ${at % 20}`, at, { tags: [`t${at % 3}`] }), 'stored')
          await assertWithin(world, backend)
          await world.assertValue(backend, `key ${at % 20}`, at)
        }
      }
    },
  },
  {
    clause: 'B17',
    name: 'never more bytes than allowed, whatever the sizes',
    needs: ['maxBytes'],
    async run(world) {
      const backend = await world.open({ maxBytes: 20_000 })
      assert.equal((await backend.usage(world.nowMs)).maxBytes, 20_000)
      for (let at = 0; at < 100; at++) {
        const value = 'x'.repeat((at * 997) % 4_000)
        assert.equal(await world.put(backend, `key ${at % 30}`, value), 'stored')
        await assertWithin(world, backend)
        await world.assertValue(backend, `key ${at % 30}`, value)
      }
    },
  },
  {
    clause: 'B18',
    name: 'an entry over the limit is refused, and the older value it was to replace is not served either',
    needs: ['maxBytes'],
    async run(world) {
      const backend = await world.open({ maxBytes: 20_000 })
      await world.put(backend, 'key', 'small')
      assert.equal(await world.put(backend, 'key', 'x'.repeat(30_000)), 'too-large')
      await world.assertMiss(backend, 'key')
      await assertWithin(world, backend)
    },
  },
  {
    clause: 'B18',
    name: 'an entry over its own limit is refused, and the older value is not served either',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'key', 'small')
      assert.equal(await world.put(backend, 'key', 'x'.repeat(30_000), { maxBytes: 20_000 }), 'too-large')
      await world.assertMiss(backend, 'key')
      assert.equal(await world.put(backend, 'key', 'x'.repeat(3_000), { maxBytes: 20_000 }), 'stored')
      await world.assertValue(backend, 'key', 'x'.repeat(3_000))
    },
  },
  {
    clause: 'B19',
    name: 'usage follows what is stored and comes back to nothing',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'a', 'x'.repeat(100))
      const one = await backend.usage(world.nowMs)
      await world.put(backend, 'b', 'x'.repeat(10_000))
      const two = await backend.usage(world.nowMs)
      assert.deepEqual([one.entryCount, two.entryCount], [1, 2])
      assert.ok(one.sizeBytes > 0 && two.sizeBytes > one.sizeBytes)
      await world.put(backend, 'b', 'x')
      assert.ok((await backend.usage(world.nowMs)).sizeBytes <= two.sizeBytes)
      await backend.delete('a', world.nowMs, undefined)
      await backend.delete('b', world.nowMs, undefined)
      const none = await backend.usage(world.nowMs)
      assert.deepEqual([none.entryCount, none.sizeBytes], [0, 0])
    },
  },
  {
    clause: 'B19',
    name: 'evictions are reported, each with its key and cause',
    needs: ['maxEntries'],
    async run(world) {
      const backend = await world.open({ maxEntries: 3 })
      const removals: [string, RemovalCause][] = []
      const stop = backend.onRemoval((key, cause) => removals.push([key, cause]))
      for (let at = 0; at < 10; at++) await world.put(backend, `key ${at}`, at)
      assert.equal(removals.length, 7)
      for (const [key, cause] of removals) {
        assert.equal(cause, 'evicted')
        await world.assertMiss(backend, key, 'absent')
      }
      stop()
      await world.put(backend, 'one more', 1)
      assert.equal(removals.length, 7)
    },
  },
  {
    clause: 'B19',
    name: 'what a prefix or pattern takes out is reported as invalidated; what is deleted by key is not reported',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const removals: [string, RemovalCause][] = []
      backend.onRemoval((key, cause) => removals.push([key, cause]))
      for (const key of ['a1', 'a2', 'b1', 'c1']) await world.put(backend, key, 1)
      await backend.delete('c1', world.nowMs, undefined)
      await backend.invalidate({ prefix: 'a' }, world.nowMs)
      await backend.invalidate({ pattern: 'b?', root: '' }, world.nowMs)
      // At once, or when it is reclaimed.
      for (let steps = 0; steps < 1_000 && !(await backend.sweep(world.nowMs)).done; steps++);
      const told = removals.map(([key, cause]) => `${key} ${cause}`).sort()
      assert.deepEqual(told, ['a1 invalidated', 'a2 invalidated', 'b1 invalidated'])
    },
  },
  {
    clause: 'B20',
    name: 'a scan lists the live entries of a prefix and tag, each once',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const many = Array.from({ length: 1_200 }, (_, at) => `many:${at}`).sort()
      for (const key of many) await world.put(backend, key, 1)
      await world.put(backend, 'one', 1, { tags: ['t'] })
      await world.put(backend, 'one:expired', 1, { tags: ['t'], freshMs: 10 })
      await world.put(backend, 'one:invalidated', 1, { tags: ['t', 'gone'] })
      await backend.invalidate({ tags: ['gone'] }, world.nowMs)
      world.nowMs += 10
      assert.deepEqual(await listed(world, backend, 'many:'), many)
      assert.deepEqual(await listed(world, backend, 'one'), ['one'])
      assert.deepEqual(await listed(world, backend, '', 't'), ['one'])
      assert.deepEqual(await listed(world, backend, '', 'gone'), [])
      assert.equal((await listed(world, backend, '')).length, many.length + 1)
      const alike = ['p_q', 'p%q', 'pXq', 'P_q', 'p_', 'p*q']
      for (const key of alike) await world.put(backend, key, 1)
      assert.deepEqual(await listed(world, backend, 'p_'), ['p_', 'p_q'])
      assert.deepEqual(await listed(world, backend, 'p%'), ['p%q'])
      assert.deepEqual(await listed(world, backend, 'p*'), ['p*q'])
    },
  },
  {
    clause: 'B20',
    name: 'each entry is listed with its facts and a size that follows its value',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const wish: EntryWish = {
        tags: ['t', 'u'],
        staleMs: 10,
        errorOnlyMs: 10,
        version: 'v',
        fingerprint: 'f',
        slidingMs: 9,
      }
      await world.put(backend, 'small', 'x', wish)
      await world.put(backend, 'large', 'x'.repeat(10_000))
      const sizes = new Map<string, number>()
      for await (const { key, facts, sizeBytes } of backend.scan({ prefix: '', tag: undefined }, world.nowMs)) {
        assert.deepEqual(plainFacts(facts), world.facts(key === 'small' ? wish : {}), key)
        sizes.set(key, sizeBytes)
      }
      const { small = 0, large = 0 } = Object.fromEntries(sizes)
      assert.ok(small > 0 && large > small, `${small} bytes of a small value, ${large} of a large one`)
    },
  },
  {
    clause: 'B21',
    name: 'sweeping reclaims what is expired and invalidated, reports it, and nothing else',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (let at = 0; at < 600; at++) await world.put(backend, `expired ${at}`, 1, { freshMs: 10 })
      for (let at = 0; at < 600; at++) await world.put(backend, `invalidated ${at}`, 1, { tags: ['t'] })
      await world.put(backend, 'live', 1, { tags: ['live'] })
      await world.put(backend, 'stale', 1, { freshMs: 10, staleMs: 10 })
      world.nowMs += 10
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      const removals: RemovalCause[] = []
      backend.onRemoval((_, cause) => removals.push(cause))
      const swept = { expired: 0, invalidated: 0, done: false }
      for (let calls = 0; !swept.done && calls < 1_000; calls++) {
        const report = await backend.sweep(world.nowMs)
        swept.expired += report.expired
        swept.invalidated += report.invalidated
        swept.done = report.done
      }
      assert.deepEqual(swept, { expired: 600, invalidated: 600, done: true })
      assert.equal(removals.filter((cause) => cause === 'expired').length, 600)
      assert.equal(removals.filter((cause) => cause === 'invalidated').length, 600)
      assert.equal((await backend.usage(world.nowMs)).entryCount, 2)
      await world.assertValue(backend, 'live', 1)
      await world.assertValue(backend, 'stale', 1)
    },
  },
]
