/** What the page claims about its cache; the walk of ten clients is over the real three million flights. */
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { openCache } from '../src/server/cache.ts'
import { PANEL_NAMES, type PanelName } from '../src/server/queries/panel-queries.ts'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

const askAll = ({ panels }: Playground) => Promise.all(PANEL_NAMES.map((name) => ask(panels, name)))
const ask = async (panels: Playground['panels'], name: PanelName) => (await panels.answer(name, panels.days)).served

test('ten cold clients walking all panels cost one source query per panel', async () => {
  await using playground = await openPlayground()
  const walks = Array.from({ length: 10 }, async () => {
    for (const name of PANEL_NAMES) expect((await playground.get(`/api/panels/${name}`)).status).toBe(200)
  })
  await Promise.all(walks)
  const { sourceQueryCount, requestCount, cache } = playground.panels.status()
  expect(requestCount).toBe(10 * PANEL_NAMES.length)
  expect(sourceQueryCount).toBe(PANEL_NAMES.length)
  expect(cache.stats.loads).toBe(PANEL_NAMES.length)
  expect(cache.stats.joined + cache.stats.hits).toBe(9 * PANEL_NAMES.length)
})

test('after a restart everything is answered from the sqlite file, then from memory', async () => {
  using folder = temporaryFolder()
  const options = { cacheDirectory: folder.path, files: await writeSmallFlights(folder.path) }
  {
    await using first = await openPlayground(options)
    expect((await askAll(first)).map(({ outcome }) => outcome)).toEqual(PANEL_NAMES.map(() => 'loaded'))
  }
  await using second = await openPlayground(options)
  for (const tier of ['sqlite', 'memory']) {
    for (const served of await askAll(second)) expect(served).toMatchObject({ outcome: 'hit', tier })
  }
  const { sourceQueryCount, cache } = second.panels.status()
  expect(sourceQueryCount).toBe(0)
  expect(cache.hitRatio).toBe(1)
  expect(cache.fileBytes).toBeGreaterThan(0)
})

test('other flights are never answered with what was computed from the old ones', async () => {
  using folder = temporaryFolder()
  const files = await writeSmallFlights(folder.path)
  await using playground = await openPlayground({ files })
  await ask(playground.panels, 'totals')
  utimesSync(files.flights, 1_000, 1_000)
  expect(await ask(playground.panels, 'totals')).toMatchObject({ outcome: 'loaded' })
  expect(playground.panels.status().cache.stats.misses.changed).toBe(1)
})

test('refreshing a panel costs exactly one source query, and touches no other panel', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  await askAll(playground)
  await playground.rpc.analytics.refresh.mutate({ panel: 'delays' })
  const served = await askAll(playground)
  expect(served.map(({ outcome }) => outcome)).toEqual(
    PANEL_NAMES.map((name) => (name === 'delays' ? 'loaded' : 'hit')),
  )
  expect(playground.panels.status().sourceQueryCount).toBe(PANEL_NAMES.length + 1)
})

test('refreshing all costs one source query per panel', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  await askAll(playground)
  await playground.rpc.analytics.refresh.mutate({})
  await playground.rpc.dashboard.refresh.mutate()
  await askAll(playground)
  expect(playground.panels.status().sourceQueryCount).toBe(2 * PANEL_NAMES.length)
})

test('after its hour an answer is served stale at once and refreshed behind', async () => {
  using folder = temporaryFolder()
  const clock = createFakeClock()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path), clock })
  await ask(playground.panels, 'totals')
  clock.advanceMs(60 * 60 * 1000 - 1)
  expect(await ask(playground.panels, 'totals')).toMatchObject({ outcome: 'hit', ttlLeftMs: 1 })
  clock.advanceMs(1)
  expect(await ask(playground.panels, 'totals')).toMatchObject({ outcome: 'stale', ttlLeftMs: 0 })
  await expect.poll(() => playground.panels.status().cache.stats.loads).toBe(2)
  expect(await ask(playground.panels, 'totals')).toMatchObject({ outcome: 'hit', ageMs: 0 })
})

test('a cache folder that cannot be used is refused by name', () => {
  using folder = temporaryFolder()
  const occupied = join(folder.path, 'a-file')
  writeFileSync(occupied, '')
  expect(() => openCache(occupied)).toThrow(
    `CACHE_DIR=${occupied} cannot be used; allowed: a folder this user can write to`,
  )
})

test('a changed query is never answered with the rows of the old one', async () => {
  using folder = temporaryFolder()
  const cache = openCache(folder.path)
  const asked = { name: 'totals', range: { from: '2001-03-01', to: '2001-03-03' }, fileFingerprint: 'the same file' }
  await cache.serve({ ...asked, query: 'SELECT 1', load: () => Promise.resolve([1]) })
  const changed = await cache.serve({ ...asked, query: 'SELECT 2', load: () => Promise.resolve([2]) })
  expect(changed.value).toEqual([2])
  await cache.close()
})
