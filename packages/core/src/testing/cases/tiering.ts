/** B29 to B33: where the truth is, which write an entry is of, what may be made of an entry that was read, and many keys at once. */
import assert from 'node:assert/strict'
import type { Backend, StoredEntry } from '../../backend.ts'
import { yieldToLoop } from '../../clock.ts'
import type { BackendMiss } from '../../vocabulary.ts'
import type { CaseWorld, EntryWish } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'

/** Turns of the event loop within which a copy arrives, should it be made at all. */
const COPYING_TURNS = 20

async function letCopiesArrive(): Promise<void> {
  for (let turns = 0; turns < COPYING_TURNS; turns++) await yieldToLoop()
}

/** What must not be undone by a copy of what was read before it. */
const NEWER: ReadonlyMap<string, (world: CaseWorld, backend: Backend) => Promise<unknown>> = new Map<
  string,
  (world: CaseWorld, backend: Backend) => Promise<unknown>
>([
  ['a write', (world, backend) => world.put(backend, 'key', 'newer')],
  ['a deletion', async (world, backend) => backend.delete('key', world.nowMs, undefined)],
  ['an invalidation of its tag', async (world, backend) => backend.invalidate({ tags: ['t'] }, world.nowMs)],
  ['an invalidation of its prefix', async (world, backend) => backend.invalidate({ prefix: 'k' }, world.nowMs)],
])

function seenIn(answer: StoredEntry | BackendMiss): unknown {
  return typeof answer === 'string' ? answer : { facts: answer.facts, payload: answer.payload, tier: answer.tier }
}

export const tieringCases: readonly ConformanceCase[] = [
  {
    clause: 'B29',
    name: 'the truth has what was stored and lacks what was removed as soon as the call has answered',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const { truth } = backend
      assert.equal(truth.truth, truth, 'the truth of the truth is itself')
      if (truth === backend) assert.equal(backend.syncTier, backend.name)
      await world.put(backend, 'key', 1, { tags: ['t'] })
      await world.put(backend, 'other', 2)
      await world.assertValue(truth, 'key', 1)
      for (let at = 0; at < 100; at++) await world.put(backend, `more ${at}`, at)
      for (let at = 0; at < 100; at++) await world.assertValue(truth, `more ${at}`, at)
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      await world.assertMiss(truth, 'key')
      await backend.delete('other', world.nowMs, undefined)
      await world.assertMiss(truth, 'other')
    },
  },
  {
    clause: 'B29',
    name: 'every write has a mark of its own, equal values and instants or not',
    needs: [],
    async run(world) {
      const { truth } = await world.open()
      const marks = new Set<unknown>()
      for (let at = 0; at < 10; at++) {
        if (at === 5) await truth.delete('key', world.nowMs, undefined)
        await world.put(truth, 'key', 'same')
        const seen = await world.found(truth, 'key')
        await truth.discard('key', { ...seen, identity: [...marks].at(-1) })
        await world.assertValue(truth, 'key', 'same')
        marks.add(seen.identity)
      }
      assert.equal(marks.size, 10)
    },
  },
  {
    clause: 'B29',
    name: 'what the truth does not have is gone from nearer tiers with a touch',
    needs: [],
    async run(world) {
      const backend = await world.open()
      if (backend.truth === backend) return
      await backend.set('key', { ...world.entry('key', 1), placement: 'near' }, world.nowMs, undefined)
      const seen = await backend.get('key', world.nowMs)
      // A nearer tier need not take it.
      if (typeof seen === 'string') return
      seen.settle({ usable: false })
      await world.assertMiss(backend.truth, 'key')
      assert.equal(await backend.touch('key', seen, seen.facts, world.nowMs, 'keep'), false)
      await world.assertMiss(backend, 'key')
    },
  },
  {
    clause: 'B30',
    name: 'a verdict changes no value: a usable entry is served on, an unusable one is copied nowhere',
    needs: [],
    async run(world) {
      const backend = await world.open()
      // Written where the truth is, so that nearer tiers have no copy of it yet.
      for (const key of ['used', 'unused', 'unsettled']) await world.put(backend.truth, key, key, { tags: ['t'] })
      const used = await world.found(backend, 'used')
      const unused = await world.found(backend, 'unused')
      const unsettled = await world.found(backend, 'unsettled')
      used.settle({ usable: true, value: 'used' })
      unused.settle({ usable: false })
      await letCopiesArrive()
      await world.assertValue(backend, 'used', 'used')
      for (const [key, { tier }] of Object.entries({ unused, unsettled })) {
        const again = await world.found(backend, key)
        assert.equal(again.tier, tier, `${key} was copied from ${tier} to ${again.tier}`)
      }
    },
  },
  {
    clause: 'B31',
    name: 'what was seen is still there until it is written, removed, invalidated, given another life or over',
    needs: [],
    async run(world) {
      const { truth } = await world.open()
      if (truth.isStill === undefined) return
      const changes: ((key: string, seen: StoredEntry) => unknown)[] = [
        (key) => world.put(truth, key, 'same', { tags: ['t'] }),
        (key) => truth.delete(key, world.nowMs, undefined),
        () => truth.invalidate({ tags: ['t'] }, world.nowMs),
        (key, seen) => truth.touch(key, seen, { ...seen.facts, staleAtMs: world.nowMs }, world.nowMs, 'keep'),
        () => {
          world.nowMs += 60_000
        },
      ]
      for (const [at, change] of changes.entries()) {
        const key = `key ${at}`
        await world.put(truth, key, 'same', { tags: ['t'] })
        const seen = await world.found(truth, key)
        seen.settle({ usable: false })
        assert.equal(await truth.isStill?.(key, seen, world.nowMs), true, `${at}: before`)
        assert.equal(await truth.isStill?.('another', seen, world.nowMs), false)
        await change(key, seen)
        assert.equal(await truth.isStill?.(key, seen, world.nowMs), false, `${at}: after`)
      }
    },
  },
  {
    clause: 'B32',
    name: 'many keys at once are answered as each would be',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const keys = ['ending', 'tagged', 'there', 'deleted', 'absent', 'there']
      for (const key of keys) {
        if (key === 'absent') continue
        await world.put(backend, key, key, { tags: [key], ...(key === 'ending' && { freshMs: 1_000 }) })
      }
      await backend.delete('deleted', world.nowMs, undefined)
      await backend.invalidate({ tags: ['tagged'] }, world.nowMs)
      world.nowMs += 1_000
      const answers = await backend.getMany?.(keys, world.nowMs)
      for (const [at, answer] of (answers ?? []).entries()) {
        if (answer === undefined) continue
        const alone = await backend.get(keys[at] ?? '', world.nowMs)
        assert.deepEqual(seenIn(answer), seenIn(alone), `${keys[at]}`)
      }
      if (answers === undefined) return
      assert.equal(answers.length, keys.length)
      // What was told of one key of many is what was written, and is known again.
      const there = answers[2]
      if (there === undefined || typeof there === 'string') return
      await backend.discard('there', there)
      assert.equal(typeof (await backend.get('there', world.nowMs)), 'string')
    },
  },
  {
    clause: 'B33',
    name: 'many entries at once are stored as each would be, in their order',
    needs: [],
    async run(world) {
      const backend = await world.open()
      if (backend.setMany === undefined) return
      for (const key of ['older', 'large', 'elapsed']) await world.put(backend, key, 'before')
      const lease = await world.fence(backend, 'fenced')
      const given: readonly [key: string, value: unknown, wish?: EntryWish][] = [
        ['older', 'older'],
        ['tagged', 'tagged', { tags: ['t'] }],
        ['large', 'small'],
        ['large', 'x'.repeat(5_000), { maxBytes: 4_000 }],
        ['elapsed', 'over', { freshMs: 1 }],
        ['fenced', 'fenced'],
        ['older', 'newer'],
      ]
      const writes = given.map(([key, value, wish]) => ({ key, entry: world.entry(key, value, wish) }))
      world.nowMs += 1
      const outcomes = await backend.setMany(writes, world.nowMs)
      assert.deepEqual(outcomes, ['stored', 'stored', 'stored', 'too-large', 'elapsed', 'stored', 'stored'])
      await world.assertValue(backend, 'older', 'newer')
      await world.assertValue(backend, 'tagged', 'tagged')
      await world.assertMiss(backend, 'large')
      await world.assertValue(backend, 'elapsed', 'before')
      assert.equal(await world.put(backend, 'fenced', 'loaded', { lease }), 'superseded')
      await world.assertValue(backend, 'fenced', 'fenced')
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      await world.assertMiss(backend, 'tagged')
      await world.assertValue(backend, 'older', 'newer')
    },
  },
  ...Array.from(
    NEWER,
    ([cause, act]): ConformanceCase => ({
      clause: 'B30',
      name: `a verdict on what was read before ${cause} brings nothing back`,
      needs: [],
      async run(world) {
        const backend = await world.open()
        await world.put(backend.truth, 'key', 'older', { tags: ['t'] })
        const seen = await world.found(backend, 'key')
        await act(world, backend)
        const after = await world.value(backend, 'key')
        seen.settle({ usable: true, value: 'older' })
        await letCopiesArrive()
        assert.deepEqual(await world.value(backend, 'key'), after)
      },
    }),
  ),
]
