/** Bounds are a property of all histories: after every step, no limit is passed and file and counters agree. */
import type { Backend, Lease } from '@stowage/core'
import { decoded } from '@stowage/core/testing'
import { type Eviction, sqliteBackend } from '@stowage/sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkAll, held, NOTHING_WRONG, NOW_MS, put } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { tempFolder } from './temp-folder.ts'

const MAX_BYTES = 8_000
const MAX_ENTRIES = 9

interface World {
  backend: Backend
  nowMs: number
  readonly reopen: () => Promise<void>
}
type Step = (world: World) => Promise<unknown>

const key = fc.integer({ min: 0, max: 14 }).map((at) => `key ${at}`)
const tags = fc.subarray(['t1', 't2', 't3'])
const size = fc.oneof({ weight: 9, arbitrary: fc.nat(1_500) }, { weight: 1, arbitrary: fc.nat(9_000) })
const lifeMs = fc.integer({ min: 1, max: 60 })

/** Writes, and expects that what was stored is there. */
async function write({ backend, nowMs }: World, wish: Wish, lease: Lease | undefined): Promise<void> {
  const value = 'x'.repeat(wish.size)
  const outcome = await put(backend, wish.key, value, { nowMs, lifeMs: wish.lifeMs, tags: wish.tags, lease })
  const found = await held(backend, wish.key, nowMs)
  if (outcome === 'stored') expect(found).toBe(value)
  if (outcome === 'too-large' || outcome === 'admission') expect(found).toBe('miss: absent')
}
interface Wish {
  readonly key: string
  readonly size: number
  readonly lifeMs: number
  readonly tags: readonly string[]
}
/** Gives an entry another life, and expects it to end with that. */
async function touch({ backend, nowMs }: World, given: string, newLifeMs: number): Promise<void> {
  const found = await backend.get(given, nowMs)
  if (typeof found === 'string') return
  const expireAtMs = nowMs + newLifeMs
  const times = { storedAtMs: found.facts.storedAtMs, staleAtMs: expireAtMs, errorOnlyAtMs: expireAtMs, expireAtMs }
  expect(await backend.touch(given, found, times, nowMs, 'keep')).toBe(true)
  expect(await held(backend, given, expireAtMs - 1)).toEqual(decoded(found))
  expect(await backend.get(given, expireAtMs)).toBe('expired')
}

const wish = fc.record<Wish>({ key, size, lifeMs, tags })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: wish.map(
      (given): Step =>
        (world) =>
          write(world, given, undefined),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(wish, tags).map(
      ([given, invalidated]): Step =>
        async (world) => {
          const lease = await world.backend.lease(given.key, 'fence', 20, world.nowMs)
          await world.backend.invalidate({ tags: invalidated }, world.nowMs)
          await write(world, given, lease)
        },
    ),
  },
  {
    weight: 3,
    arbitrary: key.map(
      (given): Step =>
        ({ backend, nowMs }) =>
          held(backend, given, nowMs),
    ),
  },
  key.map(
    (given): Step =>
      async ({ backend, nowMs }) =>
        backend.delete(given, nowMs, undefined),
  ),
  {
    weight: 2,
    arbitrary: fc.tuple(key, lifeMs).map(
      ([given, newLifeMs]): Step =>
        (world) =>
          touch(world, given, newLifeMs),
    ),
  },
  tags.map(
    (given): Step =>
      async ({ backend, nowMs }) =>
        backend.invalidate({ tags: given }, nowMs),
  ),
  fc.constantFrom<Step>(
    async ({ backend, nowMs }) => backend.invalidate({ prefix: 'key 1' }, nowMs),
    async ({ backend, nowMs }) => backend.invalidate({ all: true }, nowMs),
    async ({ backend, nowMs }) => backend.sweep(nowMs),
    async ({ backend, nowMs }) => backend.lease('left behind', 'fence', 20, nowMs),
    ({ reopen }) => reopen(),
  ),
  fc.nat(30).map(
    (lengthMs): Step =>
      async (world) => {
        world.nowMs += lengthMs
      },
  ),
)

async function runHistory(eviction: Eviction, steps: readonly Step[]): Promise<void> {
  const folder = tempFolder()
  const path = folder.file('cache.db')
  const open = (): Backend => sqliteBackend({ path, eviction, maxBytes: MAX_BYTES, maxEntries: MAX_ENTRIES })
  const world: World = {
    backend: open(),
    nowMs: NOW_MS,
    async reopen() {
      await world.backend.close()
      world.backend = open()
    },
  }
  try {
    for (const take of steps) {
      await take(world)
      const { entryCount, sizeBytes } = await world.backend.usage(world.nowMs)
      expect(entryCount).toBeLessThanOrEqual(MAX_ENTRIES)
      expect(sizeBytes).toBeLessThanOrEqual(MAX_BYTES)
      expectConsistent(path)
    }
    expect(await checkAll(world.backend, 'look')).toMatchObject(NOTHING_WRONG)
  } finally {
    await world.backend.close()
    folder.remove()
  }
}

test.each(['lru', 'lfu', 'fifo', 'none'] as const)('eviction %s', { timeout: 60_000 }, async (eviction) => {
  const histories = fc.array(step, { minLength: 20, maxLength: 60 })
  await fc.assert(
    fc.asyncProperty(histories, (steps) => runHistory(eviction, steps)),
    { seed: 1, numRuns: 12 },
  )
})
