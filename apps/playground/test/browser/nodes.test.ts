/** Two servers on one store, in a real browser: an invalidation at one is no longer served by the other. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readNodeCount } from '../../src/server/nodes/node-count.ts'
import { startNodes } from '../../src/server/nodes/node-processes.ts'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

test.skipIf(browserPath === undefined)(
  'what one node has loaded is a hit afar for the other, and what one invalidates the other forgets by itself',
  async () => {
    using folder = temporaryFolder()
    const directory = join(folder.path, 'kept')
    await using site = await openSite({
      files: await writeSmallFlights(folder.path),
      directory,
      node: { name: 'node 1' },
    })
    const nodes = startNodes({
      count: 2,
      environment: { CACHE_DIR: directory },
      redisUrl: () => site.rooms.redis.url(),
    })
    try {
      site.rooms.nodes.meet(await nodes.peers)
      const page = await site.open('/nodes')
      const near = () => page.locator('.nodes-table .badge-hit').allTextContents()
      const said = () => page.locator('.nodes-said').textContent()
      const asked = page.getByRole('button', { name: 'Ask' })
      await asked.nth(0).click()
      await eventually(said).toContain('node 1 was asked: 6 × loaded')
      await asked.nth(1).click()
      await eventually(said).toContain('node 2 was asked: 6 × hit · sqlite')
      // Looking at what is near asks nobody: after a change of the file a copy is compared before it counts again.
      await asked.nth(0).click()
      await eventually(near).toContain('near · loaded by node 1')
      await page.getByRole('button', { name: 'Invalidate' }).nth(1).click()
      await eventually(said).toMatch(/node 1: after \d+ ms \(6 entries\).*node 2: after \d+ ms \(6 entries\)/)
      await eventually(near).toEqual([])
      await asked.nth(0).click()
      await eventually(said).toContain('node 1 was asked: 6 × loaded')
    } finally {
      await nodes.close()
    }
  },
  120_000,
)

test('the number of nodes is a whole one, and not too large', () => {
  expect([readNodeCount([]), readNodeCount(['--nodes', '3']), readNodeCount(['--', '--nodes=2'])]).toEqual([1, 3, 2])
  for (const text of ['0', '9', '2.5', 'x']) {
    expect(() => readNodeCount(['--nodes', text])).toThrow(`--nodes ${text}: allowed are whole numbers from 1 to 8`)
  }
  expect(() => readNodeCount(['--node', '3'])).toThrow('there is: --nodes <count>')
})
