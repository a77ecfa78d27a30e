/** Full mode in a real browser: the overlay, its way out, its limit. No minute is waited for: the server's clock is the test's. */
import { createFakeClock } from '@stowage/core/testing'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { gatedSource } from '../gated-source.ts'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { badgeOf, eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

const chosen = (page: Page) => page.locator('.mode-chip strong').textContent()
const overlay = (page: Page) => page.getByRole('dialog', { name: 'Loading everything ahead' })

test.skipIf(browserPath === undefined)(
  'the overlay tells how far it is; cancel and the limit fall back to selective; then everything is a hit',
  async () => {
    using folder = temporaryFolder()
    const clock = createFakeClock()
    const gate = gatedSource()
    await using site = await openSite({
      files: await writeSmallFlights(folder.path),
      clock,
      openSource: gate.openSource,
    })
    const page = await site.open('/settings')
    await eventually(() => chosen(page)).toBe('selective')

    await page.getByRole('radio', { name: 'full' }).check()
    await eventually(() => overlay(page).isVisible()).toBe(true)
    await eventually(() => site.rooms.cache.stats().loading).toBe(2)
    clock.advanceMs(1_000)
    await eventually(() => overlay(page).getByRole('status').textContent()).toMatch(/^0 of 26/)
    await eventually(() => overlay(page).locator('.overlay-current').textContent()).toBe(
      'Now metrics, 1 day · totals, 1 day',
    )
    await page.keyboard.press('Escape')
    await eventually(() => chosen(page)).toBe('selective')
    expect(await overlay(page).count()).toBe(0)
    // The focus is where it was, not at the top of the page.
    expect(await page.getByRole('radio', { name: 'full' }).and(page.locator(':focus')).count()).toBe(1)

    await page.getByRole('radio', { name: 'full' }).check()
    await eventually(() => overlay(page).isVisible()).toBe(true)
    await eventually(() => site.rooms.preload.isRunning()).toBe(true)
    clock.advanceMs(60_000)
    await eventually(() => page.locator('.banner').textContent()).toContain(
      'longer than 60 s: the mode is selective now',
    )
    await eventually(() => chosen(page)).toBe('selective')

    gate.open()
    await page.getByRole('radio', { name: 'full' }).check()
    await eventually(() => page.locator('.banner').textContent()).toContain('Everything is at hand: ')
    expect(await chosen(page)).toBe('full')
    await page.getByRole('link', { name: 'Analytics' }).click()
    for (const panel of ['delays', 'hours', 'ranks', 'routes']) {
      await eventually(() => badgeOf(page, panel)).toMatch(/^hit · memory/)
    }
  },
  120_000,
)
