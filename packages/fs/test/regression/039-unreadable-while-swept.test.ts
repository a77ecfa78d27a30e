/** Regression: what was invalidated while the disk could not read its file came back once a sweep had found nothing left of the tag and it could be read again. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { close } from '../../src/closing.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { Sweeper } from '../../src/sweep.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ badPath: '', code: '' }))

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  return {
    ...actual,
    openSync(path: string, flags: number, mode?: number) {
      if (path === disk.badPath) throw Object.assign(new Error(`${disk.code}: open`), { code: disk.code })
      return actual.openSync(path, flags, mode)
    },
  }
})

/** More than are remembered once nothing is left of them. */
const MANY_TAGS = Array.from({ length: 10_001 }, (_, at) => `tag ${at}`)

async function invalidatedOutOfReach(code: string) {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('bad', 1, { tags: ['t'] })
  await cache.set('kept', 1, { tags: ['other'] })
  const store = openStore(planFs({ directory }))
  onTestFinished(() => close(store))
  await cache.invalidate({ tags: ['t'] })
  Object.assign(disk, { badPath: store.layout.placeOf('bad').path, code })
  onTestFinished(() => {
    disk.badPath = ''
  })
  const sweeper = new Sweeper(store)
  const invalidateMany = (): unknown =>
    store.sections.run(undefined, 0, ({ emit }) => emit({ k: 'tags', tags: MANY_TAGS }))
  const sweepAll = async (): Promise<void> => {
    while (!(await sweeper.sweep(0)).done);
  }
  return { cache, store, sweeper, invalidateMany, sweepAll }
}

test('it goes where its tag is to be forgotten, and holds up no other', async () => {
  const { cache, store, invalidateMany, sweepAll } = await invalidatedOutOfReach('EIO')
  await invalidateMany()
  await sweepAll()
  disk.badPath = ''
  expect(store.journal.marks.tags.size).toBe(0)
  expect([await cache.get('bad'), await cache.get('kept')]).toEqual([undefined, 1])
  expect(await cache.check()).toMatchObject({ entries: 1, wrong: 0 })
})

test('its tag is kept where it was passed over, and others came behind that', async () => {
  const { cache, store, sweeper, invalidateMany, sweepAll } = await invalidatedOutOfReach('EIO')
  // A clock by which each look at the time takes a millisecond: the shards are walked in several calls.
  let nowMs = performance.now()
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => nowMs++)
  onTestFinished(() => spy.mockRestore())
  const { shard } = store.layout.placeOf('bad')
  const seen = vi.spyOn(store.counts, 'of')
  for (let isBehind = false; !isBehind; isBehind = seen.mock.calls.some(([at]) => at > shard)) await sweeper.sweep(0)
  await invalidateMany()
  await sweepAll()
  disk.badPath = ''
  expect(await cache.get('bad')).toBeUndefined()
  await sweepAll()
  expect(await cache.usage()).toMatchObject({ entries: 1 })
  expect([await cache.get('bad'), await cache.get('kept')]).toEqual([undefined, 1])
})

test('nor does it come back behind a sweep that failed at it', async () => {
  const { cache, store, sweeper, invalidateMany, sweepAll } = await invalidatedOutOfReach('EMFILE')
  await invalidateMany()
  await expect(sweeper.sweep(0)).rejects.toThrow('EMFILE')
  disk.badPath = ''
  await sweepAll()
  expect(await cache.get('bad')).toBeUndefined()
  await sweepAll()
  expect(store.journal.marks.tags.size).toBe(0)
  expect([await cache.get('bad'), await cache.get('kept')]).toEqual([undefined, 1])
})
