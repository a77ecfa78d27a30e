/** How the client gets to the browser: built once, kept by its name, waited for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildClient } from '../src/server/client-build.ts'
import { PAGE_LIST } from '../src/shared/page-list.ts'
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

test('every page has an address of its own, and code of its own in the build', async () => {
  using folder = temporaryFolder()
  const { directory } = await buildClient(folder.path)
  const scripts = readdirSync(join(directory, 'assets')).filter(
    (name) => name.startsWith('page-') && name.endsWith('.js'),
  )
  expect(scripts).toHaveLength(PAGE_LIST.length)
  await using playground = await openPlayground({
    files: await writeSmallFlights(folder.path),
    building: Promise.resolve(directory),
  })
  for (const { path } of PAGE_LIST) {
    const answer = await fetch(`${playground.address}${path}`)
    expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([path, 200, 'no-cache'])
    expect(await answer.text()).toContain('<div id="root">')
  }
})

test('a browser is a user from its first document on, and stays the same one', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const first = await fetch(playground.address)
  const [cookie = ''] = first.headers.getSetCookie()
  expect(cookie).toMatch(/^playground-user=[0-9a-f-]{36}; Path=\/; Max-Age=31536000; HttpOnly; SameSite=Strict$/)
  const again = { headers: { cookie: cookie.split(';')[0] ?? '' } }
  for (const path of ['/analytics', '/trpc/settings.mode']) {
    const answer = await fetch(`${playground.address}${path}`, again)
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []])
  }
})

test('a reader who is lost gets the tabs, a program the error', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const asBrowser = await fetch(`${playground.address}/nowhere`, { headers: { accept: 'text/html,*/*;q=0.8' } })
  expect([asBrowser.status, await asBrowser.text()]).toEqual([404, '<title>small client</title>'])
  expect((await playground.get('/nowhere')).body).toEqual({ error: { message: 'nothing at GET /nowhere' } })
})
