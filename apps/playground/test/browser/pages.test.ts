/** The pages in real browsers: an event in one is seen in the other without polling; tabs; every page without a fault. */
import { expect, test } from 'vitest'
import { PAGE_LIST } from '../../src/shared/page-list.ts'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { badgeOf, eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

test.skipIf(browserPath === undefined)(
  'a flight completed in one browser is in the metrics of another, at once, and the Summary stays',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    const [here, there, summary] = [await site.open('/'), await site.open('/'), await site.open('/summary')]
    const flights = (page: typeof here) => page.locator('.metrics dd strong').first().textContent()
    for (const page of [here, there]) await eventually(() => flights(page)).toBe('5')
    await eventually(() => badgeOf(summary, 'months')).toMatch(/^loaded|^joined/)
    const before = site.rooms.requests.figures().requestCount

    await here.getByRole('button', { name: 'Complete a flight' }).click()
    for (const page of [here, there]) await eventually(() => flights(page)).toBe('6')
    await eventually(() => there.locator('.events-list li').first().textContent()).toBe('#1 ORD → LAX, 12 min late')
    // Two panels of two pages, and none of the Summary's.
    await eventually(() => site.rooms.requests.figures().requestCount).toBe(before + 4)
    expect(await badgeOf(summary, 'months')).toMatch(/^loaded|^joined/)
  },
  120_000,
)

test.skipIf(browserPath === undefined)(
  'the tabs lead to every page by keyboard, and each has its title',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    const page = await site.open('/?from=2001-03-02')
    for (const { title, path } of PAGE_LIST) {
      await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).press('Enter')
      await eventually(() => page.title()).toBe(`${title} · Stowage playground`)
      // The chosen days go along.
      expect(page.url()).toBe(`${site.address}${path}?from=2001-03-02`)
      await eventually(() => page.locator('main h2').count()).toBeGreaterThan(0)
      expect(await page.locator('.notice-failure').count()).toBe(0)
    }
    await page.goBack()
    await eventually(() => page.title()).toBe(`${PAGE_LIST.at(-2)?.title} · Stowage playground`)
  },
  120_000,
)
