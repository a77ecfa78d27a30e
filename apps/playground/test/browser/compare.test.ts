/** A comparison in a real browser: drawn while it runs, a table to take along, a way out. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

const TAKEN_ALONG = z.object({
  workload: z.unknown(),
  results: z.array(z.object({ cache: z.string(), state: z.string(), verdict: z.record(z.string(), z.number()) })),
})

test.skipIf(browserPath === undefined)(
  'a comparison is drawn while it runs, ends in a table that can be taken along, and can be cancelled',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    const page = await site.open('/compare')
    for (const name of ['fs', 'redis', 'memory + redis', 'memory + sqlite + redis', 'memory + sqlite']) {
      const box = page.getByRole('checkbox', { name, exact: true })
      if (await box.isEnabled()) await box.uncheck()
    }
    await page.getByRole('combobox', { name: 'Calls' }).selectOption('4000')
    await page.getByRole('button', { name: 'Start the comparison' }).click()
    const status = () => page.locator('.compare-status').textContent()
    // Eight thousand calls on a machine that is busy with other tests.
    await expect.poll(status, { timeout: 90_000 }).toBe('Finished.')
    expect(await page.locator('.compare-charts canvas').count()).toBe(8)
    for (const name of ['memory', 'sqlite']) {
      const row = page.getByRole('row', { name: new RegExp(`^${name} `) })
      expect(await row.textContent()).toContain('every answer right')
    }
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    const copied = async (what: string) => {
      await page.getByRole('button', { name: `Copy as ${what}` }).click()
      await eventually(() => page.getByText(`${what} copied`, { exact: true }).count()).toBe(1)
      return page.evaluate<string>('navigator.clipboard.readText()')
    }
    const rows = await page.locator('.compare-scroll tr').all()
    const shown = await Promise.all(rows.map((row) => row.locator('th, td').allTextContents()))
    const [head = '', rule, ...body] = (await copied('Markdown')).split('\n')
    const cells = (line: string) => line.replace(/^\| | \|$/g, '').split(' | ')
    expect([head, ...body].map(cells)).toEqual(shown)
    expect(rule).toMatch(/^\| --- (\| ---: ){8}\| --- \|$/)
    const { workload, results } = TAKEN_ALONG.parse(JSON.parse(await copied('JSON')))
    expect(workload).toEqual({ callCount: 4_000, sizes: 'mixed', sourceMs: 5, maxMegabytes: 32, seed: 1 })
    expect(results.map(({ cache }) => cache)).toEqual(['memory', 'sqlite'])
    for (const { state, verdict } of results) {
      expect(state).toBe('finished')
      expect(verdict).toMatchObject({ wrongCount: 0, failedCount: 0 })
      expect(verdict['callsPerSecond']).toBeGreaterThan(0)
    }

    await page.getByRole('combobox', { name: 'Calls' }).selectOption('100000')
    await page.getByRole('button', { name: 'Start the comparison' }).click()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await eventually(status).toContain('Cancelled.')
  },
  120_000,
)
