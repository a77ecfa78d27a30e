/** The switch of the cache as a reader does it, while other clients go on asking: not one of their requests fails. */
import { expect, test } from 'vitest'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { badgeOf, eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

test.skipIf(browserPath === undefined)(
  'a reader switches backends under load; no request fails, every window shows it, Redis is greyed with its reason',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({
      files: await writeSmallFlights(folder.path),
      redisOptions: { usualUrl: 'redis://127.0.0.1:1', program: { found: false, reason: 'no program' } },
    })
    const [page, other] = [await site.open('/settings'), await site.open('/settings')]
    const backend = (name: string, where = page) => where.getByRole('radio', { name })
    for (const each of [page, other])
      await eventually(() => backend('memory + sqlite Quick', each).isChecked()).toBe(true)
    expect(await backend('memory + redis Quick').isDisabled()).toBe(true)
    expect(await page.locator('.form-note').textContent()).toContain('there is no program to start')

    const statuses: number[] = []
    let isOver = false
    const load = Array.from({ length: 4 }, async () => {
      while (!isOver) statuses.push((await fetch(`${site.address}/trpc/analytics.delays`)).status)
    })
    for (const name of ['fs One', 'memory Quickest', 'sqlite One']) {
      await backend(name).check()
      await page.getByRole('button', { name: 'Switch to it' }).click()
      await eventually(() => page.locator('.form-end [role=status]').textContent()).toContain('In service after')
      await eventually(() => backend(name, other).isChecked()).toBe(true)
    }
    isOver = true
    await Promise.all(load)
    expect(new Set(statuses)).toEqual(new Set([200]))

    await page.getByRole('link', { name: 'Analytics' }).click()
    await eventually(() => badgeOf(page, 'delays')).toMatch(/^hit · sqlite/)
  },
  120_000,
)
