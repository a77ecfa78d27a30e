/** How the client gets to the browser: built once, kept by its name, waited for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildClient } from '../src/server/client-build.ts'
import { openPlayground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

test('the client is built once for its sources, and loads nothing from elsewhere', async () => {
  using folder = temporaryFolder()
  const first = await buildClient(folder.path)
  expect(first.buildMs).toBeGreaterThan(0)
  expect(await buildClient(folder.path)).toEqual({ directory: first.directory, buildMs: undefined })
  expect(readdirSync(folder.path)).toHaveLength(1)
  const page = readFileSync(join(first.directory, 'index.html'), 'utf8')
  expect(page).toMatch(/<script [^>]*src="\/assets\/index-[\w-]+\.js"/)
  expect(page).not.toMatch(/(src|href)="https?:/)
})

test('what carries a hash is kept for ever, the page is asked for each time', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const kept = async (path: string) => (await fetch(`${playground.address}${path}`)).headers.get('cache-control')
  expect(await kept('/assets/page-abc123.js')).toBe('public, max-age=31536000, immutable')
  expect(await kept('/')).toBe('no-cache')
  expect((await playground.get('/assets/gone-abc123.js')).status).toBe(404)
})

test('the first page waits for the build; the panels do not', async () => {
  using folder = temporaryFolder()
  const building = Promise.withResolvers<string>()
  await using playground = await openPlayground({
    files: await writeSmallFlights(folder.path),
    building: building.promise,
  })
  const page = fetch(playground.address)
  expect((await playground.get('/api/panels/totals')).status).toBe(200)
  building.reject(new Error('no such compiler'))
  const response = await page
  expect(response.status).toBe(503)
  expect(await response.text()).toMatch(/^\{"error":\{"message":"the page could not be built/)
})
