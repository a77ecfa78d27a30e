/** Regression: at a width of 320 Summary's tables and Compare's form were wider than the screen, and the whole page went sideways. */
import { expect, test } from 'vitest'
import { PAGE_LIST } from '../../src/shared/page-list.ts'
import { eventually, openSite } from '../browser/browser.ts'
import { browserPath } from '../browser/browser-path.ts'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'

test.skipIf(browserPath === undefined)(
  'no page goes sideways at a width of 320',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    const page = await site.open('/')
    await page.setViewportSize({ width: 320, height: 800 })
    for (const { title, path } of PAGE_LIST) {
      await page.goto(`${site.address}${path}`)
      await eventually(() => page.title()).toBe(`${title} · Stowage playground`)
      await eventually(() => page.locator('main h2').count()).toBeGreaterThan(0)
      await eventually(() => page.locator('main .skeleton').count()).toBe(0)
      if (path === '/compare') await page.locator('main select').first().waitFor()
      expect([title, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([title, 320])
    }
  },
  120_000,
)
