/**
 * Regression: each tab held a stream open, Compare two, also where nobody looked at it; a browser has six connections for a server, so the
 * seventh tab never came, nor what the others asked.
 */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually, openSite } from '../browser/browser.ts'
import { browserPath } from '../browser/browser-path.ts'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'

/** A browser without a window shows all of its tabs. */
async function become(page: Page, visibilityState: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate(`
    Object.defineProperty(document, 'visibilityState', { value: '${visibilityState}', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  `)
}

test.skipIf(browserPath === undefined)(
  'tabs that nobody looks at leave the connections to the others, and are right when they are seen again',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    const flights = (page: Page) => page.locator('.metrics dd strong').first().textContent()
    const first = await site.open('/')
    await eventually(() => flights(first)).toBe('5')
    await become(first, 'hidden')
    for (let count = 0; count < 3; count++) {
      const compare = await first.context().newPage()
      await compare.goto(`${site.address}/compare`)
      await eventually(() => compare.getByRole('button', { name: 'Start the comparison' }).count()).toBe(1)
      await become(compare, 'hidden')
    }
    const last = await first.context().newPage()
    await last.goto(`${site.address}/`, { timeout: 15_000 })
    await eventually(() => flights(last)).toBe('5')
    await last.getByRole('button', { name: 'Complete a flight' }).click()
    await eventually(() => flights(last)).toBe('6')
    expect(await flights(first)).toBe('5')
    await become(first, 'visible')
    await eventually(() => flights(first)).toBe('6')
  },
  120_000,
)
