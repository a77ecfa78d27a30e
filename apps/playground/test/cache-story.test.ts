/** What the page claims about its cache; the walk of ten clients is over the real three million flights. */
import { utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { PAGE_PANELS, PANEL_NAMES, type PanelName, panelQueries } from '../src/server/queries/panel-queries.ts'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

const askAll = (playground: Playground) => Promise.all(PANEL_NAMES.map((name) => ask(playground, name)))
const ask = async (playground: Playground, name: PanelName) =>
  (await playground.ask(name, playground.rooms.flights.days)).served

test('ten cold clients walking all panels cost one source query per panel', async () => {
  await using playground = await openPlayground()
  const walks = Array.from({ length: 10 }, async () => {
    for (const name of PANEL_NAMES) expect((await playground.get(`/api/panels/${name}`)).status).toBe(200)
  })
  await Promise.all(walks)
  const { sourceQueryCount, requestCount, cache } = await playground.rooms.status()
  expect(requestCount).toBe(10 * PANEL_NAMES.length)
  expect(sourceQueryCount).toBe(PANEL_NAMES.length)
  expect(cache.stats.loads).toBe(PANEL_NAMES.length)
  expect(cache.stats.joined + cache.stats.hits).toBe(9 * PANEL_NAMES.length)
})

test('after a restart everything is answered from the sqlite file, then from memory', async () => {
  using folder = temporaryFolder()
  const options = { directory: folder.path, files: await writeSmallFlights(folder.path) }
  {
    await using first = await openPlayground(options)
    expect((await askAll(first)).map((each) => each?.outcome)).toEqual(PANEL_NAMES.map(() => 'loaded'))
  }
  await using second = await openPlayground(options)
  for (const tier of ['sqlite', 'memory']) {
    for (const served of await askAll(second)) expect(served).toMatchObject({ outcome: 'hit', tier })
  }
  const { sourceQueryCount, cache } = await second.rooms.status()
  expect(sourceQueryCount).toBe(0)
  expect(cache.hitRatio).toBe(1)
  expect(cache.bytes).toBeGreaterThan(0)
})

test('other flights are never answered with what was computed from the old ones', async () => {
  using folder = temporaryFolder()
  const files = await writeSmallFlights(folder.path)
  await using playground = await openPlayground({ files })
  await ask(playground, 'totals')
  utimesSync(files.flights, 1_000, 1_000)
  expect(await ask(playground, 'totals')).toMatchObject({ outcome: 'loaded' })
  expect(playground.rooms.cache.stats().misses.changed).toBe(1)
})

test('refreshing a panel costs exactly one source query, and touches no other panel', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  await askAll(playground)
  await playground.rpc.analytics.refresh.mutate({ panel: 'delays' })
  const served = await askAll(playground)
  expect(served.map((each) => each?.outcome)).toEqual(PANEL_NAMES.map((name) => (name === 'delays' ? 'loaded' : 'hit')))
  expect(playground.rooms.flights.queryCount()).toBe(PANEL_NAMES.length + 1)
})

test('refreshing Analytics costs one source query per panel of it', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  await askAll(playground)
  await playground.rpc.analytics.refresh.mutate({})
  await askAll(playground)
  expect(playground.rooms.flights.queryCount()).toBe(PANEL_NAMES.length + PAGE_PANELS.analytics.length)
})

test('after its hour an answer is served stale at once and refreshed behind', async () => {
  using folder = temporaryFolder()
  const clock = createFakeClock()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path), clock })
  await ask(playground, 'totals')
  clock.advanceMs(60 * 60 * 1000 - 1)
  expect(await ask(playground, 'totals')).toMatchObject({ outcome: 'hit', ttlLeftMs: 1 })
  clock.advanceMs(1)
  expect(await ask(playground, 'totals')).toMatchObject({ outcome: 'stale', ttlLeftMs: 0 })
  await expect.poll(() => playground.rooms.cache.stats().loads).toBe(2)
  expect(await ask(playground, 'totals')).toMatchObject({ outcome: 'hit', ageMs: 0 })
})

test('a cache folder that cannot be used is refused by name', async () => {
  using folder = temporaryFolder()
  const occupied = join(folder.path, 'a-file')
  writeFileSync(occupied, '')
  await expect(openPlayground({ directory: occupied })).rejects.toThrow(
    `CACHE_DIR=${occupied} cannot be used; allowed: a folder this user can write to`,
  )
})

test('a changed query is never answered with the rows of the old one', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  await ask(playground, 'totals')
  const { sql } = panelQueries.totals
  try {
    Object.assign(panelQueries.totals, { sql: `${sql} LIMIT 1` })
    expect(await ask(playground, 'totals')).toMatchObject({ outcome: 'loaded' })
  } finally {
    Object.assign(panelQueries.totals, { sql })
  }
})
