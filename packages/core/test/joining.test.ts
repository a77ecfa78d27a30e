/** Who joins a load gets nothing that was gone when it asked, also where the load stored nothing or ran no loader. */
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'
import { heldLoader, turn } from './held-loader.ts'

const slowly = { kind: 'late', delayMs: 10 } as const

let { clock, backend, cache } = faultyCache()

beforeEach(() => {
  ;({ clock, backend, cache } = faultyCache())
})

/** While the going load's look is on its way home with 'old': 'old' is deleted, then somebody asks. */
async function deleteAndJoin(): Promise<Promise<unknown>> {
  await turn()
  await cache.delete('key')
  backend.heal()
  const joining = cache.getOrSet('key', () => 'new')
  await turn()
  expect(cache.stats().joined).toBe(1)
  clock.advanceMs(10)
  return joining
}

test('a load that looks for what another process is loading', async () => {
  await backend.lease('key', 'exclusive', 30_000, clock.nowMs())
  const waiting = cache.getOrSet('key', () => 'never', { singleFlight: 'shared' })
  await turn()
  await cache.set('key', 'old')
  backend.inject('get', slowly)
  clock.advanceMs(2)
  const joining = await deleteAndJoin()
  expect([await waiting, await joining, await cache.get('key')]).toEqual(['old', 'new', 'new'])
})

test('a load that looks again, since another had landed while its caller was reading', async () => {
  backend.inject('get', slowly)
  const overtaken = cache.getOrSet('key', () => 'never')
  await turn()
  backend.heal()
  await cache.getOrSet('key', () => 'old')
  backend.inject('get', slowly)
  clock.advanceMs(10)
  const joining = await deleteAndJoin()
  expect([await overtaken, await joining, await cache.get('key')]).toEqual(['old', 'new', 'new'])
})

test('a load whose value was refused', async () => {
  backend.inject('set', { kind: 'refuse' })
  const { loader, runs } = heldLoader()
  const before = cache.getOrSet('key', loader)
  await turn()
  await cache.delete('key')
  const after = cache.getOrSet('key', loader)
  await turn()
  runs[0]?.settle('old')
  await turn()
  runs[1]?.settle('new')
  expect([await before, await after]).toEqual(['old', 'new'])
})

test('who asks again after a load it could not take counts as one who joined once', async () => {
  const { loader, runs } = heldLoader()
  const before = cache.getOrSet('key', loader)
  await turn()
  await cache.delete('key')
  const after = [cache.getOrSet('key', loader), cache.getOrSet('key', loader, { fresh: true })]
  await turn()
  runs[0]?.settle('old')
  await turn()
  runs[1]?.settle('new')
  expect([await before, ...(await Promise.all(after))]).toEqual(['old', 'new', 'new'])
  expect(cache.stats()).toMatchObject({ joined: 2, loads: 2 })
})
