/** B28: a check finds nothing wrong with what is intact, and leaves it as it was. */
import assert from 'node:assert/strict'
import type { Backend, CheckReport } from '../../backend.ts'
import type { CaseWorld } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'

/** The steps of a check, added up. */
export async function checked(world: CaseWorld, backend: Backend, repair: boolean): Promise<CheckReport> {
  const total = { entries: 0, bytes: 0, torn: 0, wrong: 0, orphans: 0, repaired: 0 }
  for await (const step of backend.check(repair, world.nowMs)) {
    total.entries += step.entries
    total.bytes += step.bytes
    total.torn += step.torn
    total.wrong += step.wrong
    total.orphans += step.orphans
    total.repaired += step.repaired
  }
  return total
}

/** All sound, and as much as `usage` says. */
async function assertIntact(world: CaseWorld, backend: Backend): Promise<number> {
  const { entryCount, sizeBytes } = await backend.usage(world.nowMs)
  const intact = { entries: entryCount, bytes: sizeBytes, torn: 0, wrong: 0, orphans: 0, repaired: 0 }
  assert.deepEqual(await checked(world, backend, false), intact)
  assert.deepEqual(await checked(world, backend, true), intact, 'with repair')
  return entryCount
}

/** Which of the keys an evicting store has kept after two more writes than it may hold. */
async function survivors(world: CaseWorld, isChecked: boolean): Promise<string[]> {
  const backend = await world.open({ maxEntries: 4 })
  const keys = ['a', 'b', 'c', 'd', 'e', 'f']
  for (const key of keys.slice(0, 4)) await world.put(backend, key, 1)
  for (const key of ['b', 'a']) await world.find(backend, key)
  if (isChecked) await assertIntact(world, backend)
  for (const key of keys.slice(4)) await world.put(backend, key, 1)
  const kept: string[] = []
  for (const key of keys) if (typeof (await world.find(backend, key)) !== 'string') kept.push(key)
  return kept
}

export const checkingCases: readonly ConformanceCase[] = [
  {
    clause: 'B28',
    name: 'a check of an intact store finds all that is stored, and nothing else',
    needs: [],
    async run(world) {
      const backend = await world.open()
      assert.equal(await assertIntact(world, backend), 0)
      for (let at = 0; at < 300; at++) {
        const wish = { tags: at % 3 === 0 ? [] : [`t${at % 3}`, 'all'], freshMs: at < 250 ? 60_000 : 10 }
        await world.put(backend, `key ${at}`, 'x'.repeat(at), wish)
      }
      for (let at = 0; at < 40; at++) await world.put(backend, `key ${at}`, new Uint8Array(at), { tags: ['other'] })
      for (let at = 40; at < 50; at++) await backend.delete(`key ${at}`, world.nowMs, undefined)
      assert.equal(await assertIntact(world, backend), 290)
      world.nowMs += 10
      await backend.invalidate({ tags: ['t1'] }, world.nowMs)
      await backend.invalidate({ prefix: 'key 10' }, world.nowMs)
      await assertIntact(world, backend)
      await backend.sweep(world.nowMs)
      await assertIntact(world, backend)
      await backend.invalidate({ all: true }, world.nowMs)
      await assertIntact(world, backend)
    },
  },
  {
    clause: 'B28',
    name: 'a check with repair of an intact store changes nothing that can be seen',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'fresh', { some: 'value' }, { tags: ['t', 'u'], version: 'v', fingerprint: 'f' })
      await world.put(backend, 'stale', 'value', { freshMs: 10, staleMs: 60_000 })
      await world.put(backend, 'invalidated', 1, { tags: ['gone'] })
      const [held, fenced] = [await world.fence(backend, 'held'), await world.fence(backend, 'fenced')]
      await backend.invalidate({ tags: ['gone'] }, world.nowMs)
      world.nowMs += 10
      const removals: string[] = []
      backend.onRemoval((key) => removals.push(key))
      const facts = async () =>
        Promise.all(
          ['fresh', 'stale'].map(async (key) => {
            const found = await world.find(backend, key)
            return typeof found === 'string' ? found : found.facts
          }),
        )
      const before = await facts()
      await assertIntact(world, backend)
      assert.deepEqual(await facts(), before)
      await world.assertValue(backend, 'fresh', { some: 'value' })
      await world.assertValue(backend, 'stale', 'value')
      await world.assertMiss(backend, 'invalidated')
      assert.deepEqual(removals, [])
      assert.equal(await world.put(backend, 'fenced', 'late', { lease: fenced, tags: ['gone'] }), 'superseded')
      assert.equal(await world.put(backend, 'held', 'loaded', { lease: held }), 'stored')
    },
  },
  {
    clause: 'B28',
    name: 'what is written between the steps of a check is no fault',
    needs: [],
    async run(world) {
      const backend = await world.open()
      for (let at = 0; at < 400; at++) await world.put(backend, `key ${at}`, at, { tags: ['t'] })
      let at = 0
      for await (const { torn, wrong, orphans, repaired } of backend.check(true, world.nowMs)) {
        assert.deepEqual([torn, wrong, orphans, repaired], [0, 0, 0, 0], `step ${at}`)
        if (++at > 100) continue
        await world.put(backend, `key ${at}`, 'x'.repeat(at), { tags: ['t', 'u'] })
        await world.put(backend, `key ${400 - at}`, 'new', { tags: ['u'] })
        await world.put(backend, `more ${at}`, 'more')
        await backend.delete(`key ${200 + at}`, world.nowMs, undefined)
        if (at === 3) await backend.invalidate({ tags: ['t'] }, world.nowMs)
        await backend.sweep(world.nowMs)
      }
      assert.ok(at > 0)
      await assertIntact(world, backend)
    },
  },
  {
    clause: 'B28',
    name: 'a check is no use: what is evicted next is what would have been',
    needs: ['maxEntries'],
    async run(world) {
      assert.deepEqual(await survivors(world, true), await survivors(world, false))
    },
  },
]
