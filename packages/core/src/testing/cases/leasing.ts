/** B12 to B16: the lease, which is both the fence of a load and the slot of a shared one. */
import assert from 'node:assert/strict'
import type { Backend, Lease } from '../../backend.ts'
import { MAX_CLOCK_SKEW_MS } from '../../freshness.ts'
import { KeySpace } from '../../key.ts'
import type { CaseWorld } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'

const space: KeySpace = new KeySpace().child('n')
const KEY: string = space.storageKey('key')

/** What must void a lease on KEY taken before it. */
const VOIDING: ReadonlyMap<string, (world: CaseWorld, backend: Backend) => Promise<unknown>> = new Map<
  string,
  (world: CaseWorld, backend: Backend) => Promise<unknown>
>([
  ['set', (world, backend) => world.put(backend, KEY, 'newer')],
  ['delete', async (world, backend) => backend.delete(KEY, world.nowMs, undefined)],
  ['invalidate tags', async (world, backend) => backend.invalidate({ tags: ['t'] }, world.nowMs)],
  ['invalidate prefix', async (world, backend) => backend.invalidate({ prefix: KEY.slice(0, -1) }, world.nowMs)],
  [
    'invalidate pattern',
    async (world, backend) => backend.invalidate({ pattern: 'k?y', root: space.root }, world.nowMs),
  ],
  ['invalidate all', async (world, backend) => backend.invalidate({ all: true }, world.nowMs)],
  [
    'a write under another fence',
    async (world, backend) => {
      await world.put(backend, KEY, 'newer', { lease: await world.fence(backend, KEY) })
    },
  ],
])

async function assertSuperseded(world: CaseWorld, backend: Backend, lease: Lease): Promise<void> {
  const before = await world.value(backend, KEY)
  assert.equal(await world.put(backend, KEY, 'late', { tags: ['t'], lease }), 'superseded')
  assert.deepEqual(await world.value(backend, KEY), before, 'a refused write changes nothing')
}

export const leasingCases: readonly ConformanceCase[] = [
  {
    clause: 'B12',
    name: 'a write under a fence that holds is stored, and spends it',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const lease = await world.fence(backend, KEY)
      assert.equal(await world.put(backend, KEY, 'loaded', { tags: ['t'], lease }), 'stored')
      await world.assertValue(backend, KEY, 'loaded')
      await assertSuperseded(world, backend, lease)
    },
  },
  ...Array.from(
    VOIDING,
    ([cause, act]): ConformanceCase => ({
      clause: 'B13',
      name: `${cause} voids the leases taken before it, not those taken after`,
      needs: [],
      async run(world) {
        const backend = await world.open()
        const lease = await world.fence(backend, KEY)
        await act(world, backend)
        await assertSuperseded(world, backend, lease)
        const later = await world.fence(backend, KEY)
        assert.equal(await world.put(backend, KEY, 'loaded', { tags: ['t'], lease: later }), 'stored')
      },
    }),
  ),
  {
    clause: 'B13',
    name: 'a tag invalidated during the load voids the write that names it, even when swept meanwhile',
    needs: [],
    async run(world) {
      const backend = await world.open()
      await world.put(backend, 'other', 1, { tags: ['t'] })
      const lease = await world.fence(backend, KEY)
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      for (let rounds = 0; rounds < 5; rounds++) await backend.sweep(world.nowMs)
      await assertSuperseded(world, backend, lease)
    },
  },
  {
    clause: 'B13',
    name: "other keys' writes and other tags' invalidations leave a lease alone",
    needs: [],
    async run(world) {
      const backend = await world.open()
      const lease = await world.fence(backend, KEY)
      await world.put(backend, `${KEY}2`, 1)
      await backend.delete('key', world.nowMs, undefined)
      await backend.invalidate({ tags: ['other'] }, world.nowMs)
      await backend.invalidate({ prefix: `${KEY}x` }, world.nowMs)
      await backend.invalidate({ pattern: '*', root: '' }, world.nowMs)
      assert.equal(await world.put(backend, KEY, 'loaded', { tags: ['t'], lease }), 'stored')
    },
  },
  {
    clause: 'B15',
    name: 'renewing a lease does not make it younger',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const lease = await world.fence(backend, KEY)
      await backend.invalidate({ tags: ['t'] }, world.nowMs)
      assert.equal(await backend.renew(lease, [], 30_000, world.nowMs), true)
      assert.equal(await backend.renew(lease, ['t'], 30_000, world.nowMs), false, 'not for what names the tag')
      await assertSuperseded(world, backend, lease)
    },
  },
  {
    clause: 'B13',
    name: 'a write that is refused voids no lease',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const lease = await world.fence(backend, KEY)
      const elapsed = world.entry(KEY, 'elapsed', { freshMs: 10 })
      await assertSuperseded(world, backend, { key: KEY, token: 'made up' })
      assert.equal(await backend.set(KEY, elapsed, world.nowMs + 10, undefined), 'elapsed')
      assert.equal(await world.put(backend, KEY, 'loaded', { lease }), 'stored')
    },
  },
  {
    clause: 'B13',
    name: 'a deletion at the same time as a write under a lease is not survived by what was loaded before it',
    needs: [],
    async run(world) {
      for (const [cause, act] of VOIDING) {
        if (cause.includes('set') || cause.includes('write')) continue
        for (let ticks = 0; ticks < 8; ticks++) {
          const backend = await world.open()
          const lease = await world.fence(backend, KEY)
          const writing = world.put(backend, KEY, 'loaded before', { tags: ['t'], lease })
          for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
          const acting = act(world, backend)
          await Promise.all([writing, acting])
          await world.assertMiss(backend, KEY)
          const later = await world.fence(backend, KEY)
          const deleting = act(world, backend)
          for (let tick = 0; tick < ticks; tick++) await Promise.resolve()
          const late = world.put(backend, KEY, 'late', { tags: ['t'], lease: later })
          await Promise.all([late, deleting])
          await world.assertMiss(backend, KEY)
          await backend.close()
        }
      }
    },
  },
  {
    clause: 'B14',
    name: 'a lease ends with its length unless renewed; an ended, released or foreign one writes nothing',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const lease = await world.fence(backend, KEY, 1_000)
      world.nowMs += 999
      assert.equal(await backend.renew(lease, [], 1_000, world.nowMs), true)
      world.nowMs += 999
      assert.equal(await world.put(backend, KEY, 'in time', { lease }), 'stored')
      const ended = await world.fence(backend, KEY, 1_000)
      world.nowMs += 1_000
      assert.equal(await backend.renew(ended, [], 1_000, world.nowMs), false)
      await assertSuperseded(world, backend, ended)
      const released = await world.fence(backend, KEY)
      await backend.release(released)
      await backend.release(released)
      assert.equal(await backend.renew(released, [], 1_000, world.nowMs), false)
      await assertSuperseded(world, backend, released)
      await assertSuperseded(world, backend, { key: KEY, token: 'made up' })
      const elsewhere = await world.fence(backend, 'another key')
      await assertSuperseded(world, backend, elsewhere)
    },
  },
  {
    clause: 'B14',
    name: 'a lease of either mode, renewed before its end, lasts as long as the renewal says',
    needs: [],
    async run(world) {
      for (const mode of ['fence', 'exclusive'] as const) {
        const backend = await world.open()
        const lease = await backend.lease(KEY, mode, 1_000, world.nowMs)
        assert.ok(lease)
        world.nowMs += 999
        assert.equal(await backend.renew(lease, ['t'], 1_000, world.nowMs), true, mode)
        world.nowMs += 999
        const another = await backend.lease(KEY, 'exclusive', 1, world.nowMs)
        assert.equal(another === undefined, mode === 'exclusive', 'renewed, it still keeps others out')
        assert.equal(await backend.renew(lease, [], 10, world.nowMs), true, mode)
        world.nowMs += 10
        await assertSuperseded(world, backend, lease)
        assert.ok(await backend.lease(KEY, 'exclusive', 1_000, world.nowMs), 'it has ended')
      }
    },
  },
  {
    clause: 'B15',
    name: 'a void lease cannot be renewed',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const lease = await world.fence(backend, KEY)
      await backend.delete(KEY, world.nowMs, undefined)
      assert.equal(await backend.renew(lease, [], 1_000, world.nowMs), false)
    },
  },
  {
    clause: 'B16',
    name: 'one holder at a time has a key exclusively, until it releases, writes, is voided or runs out',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const take = async () => backend.lease(KEY, 'exclusive', 1_000, world.nowMs)
      const asked = await Promise.all(Array.from({ length: 20 }, take))
      const [first, ...more] = asked.filter((lease) => lease !== undefined)
      assert.ok(first !== undefined && more.length === 0, 'exactly one of 20 is given the lease')
      await backend.release({ key: KEY, token: 'made up' })
      assert.equal(await take(), undefined, 'nobody else can release it')
      assert.ok(await backend.lease('another key', 'exclusive', 1_000, world.nowMs))
      assert.ok(await world.fence(backend, KEY), 'fences are not in its way')
      await backend.release(first)
      const second = await take()
      assert.equal(await world.put(backend, KEY, 'loaded', { ...(second && { lease: second }) }), 'stored')
      assert.ok(await take(), 'the write gave it back')
      await backend.delete(KEY, world.nowMs, undefined)
      assert.ok(await take(), 'the deletion voided it')
      world.nowMs += 1_000
      assert.ok(await take(), 'it ran out')
    },
  },
  {
    clause: 'B16',
    name: 'a clock set back frees the key of a holder that died, and of one that lives only until it renews',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const take = async () => backend.lease(KEY, 'exclusive', 10_000, world.nowMs)
      const hour = 3_600_000
      const first = await take()
      assert.ok(first)
      world.nowMs -= MAX_CLOCK_SKEW_MS
      assert.equal(await take(), undefined, 'set back no further than clocks may be apart')
      world.nowMs -= hour
      assert.equal(await backend.renew(first, ['t'], 10_000, world.nowMs), true)
      assert.equal(await take(), undefined, 'whoever lives prolongs its lease by the clock as it is')
      world.nowMs -= hour
      const second = await take()
      assert.ok(second, 'set back further than any lease lasts')
      assert.equal(await backend.renew(first, [], 10_000, world.nowMs), false, 'the second is the only one')
      assert.equal(await take(), undefined)
      await assertSuperseded(world, backend, first)
      world.nowMs += hour
      await assertSuperseded(world, backend, first)
      world.nowMs -= hour
      assert.equal(await world.put(backend, KEY, 'loaded', { tags: ['t'], lease: second }), 'stored')
    },
  },
  {
    clause: 'B13',
    name: 'a fence taken before the clock was set back fences all the same',
    needs: [],
    async run(world) {
      const backend = await world.open()
      const [kept, covered] = [await world.fence(backend, KEY), await world.fence(backend, `${KEY}2`)]
      world.nowMs -= 3_600_000
      await backend.delete(`${KEY}2`, world.nowMs, undefined)
      assert.equal(await world.put(backend, KEY, 'loaded', { tags: ['t'], lease: kept }), 'stored')
      assert.equal(await world.put(backend, `${KEY}2`, 'late', { tags: ['t'], lease: covered }), 'superseded')
    },
  },
]
