/** Inspect in a real browser. */
import { expect, test } from 'vitest'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

test.skipIf(browserPath === undefined)(
  'entries are listed without filling the page, hostile keys are text, and an invalidation hits what its preview said',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    await site.rpc.inspect.fill.mutate({ count: 3_000 })
    const sample = site.rooms.cache.namespace('sample')
    const keys = Array.from({ length: 300 }, (_, at) => `user:de:${String(at * 7).padStart(6, '0')}`)
    await sample.getMany(keys)
    const page = await site.open('/inspect')
    await page.getByRole('combobox', { name: 'Space' }).selectOption('sample')
    await eventually(() => page.getByText(/^3,000 listed/).count()).toBe(1)
    expect(await page.locator('tbody tr').count()).toBeLessThan(60)
    await page.getByLabel('List of entries').press('End')
    // By key: the last of the last country.
    await eventually(() => page.locator('.inspect-key').last().textContent()).toBe('user:za:002995')

    await page.getByLabel('Key begins with').fill('user:de:000007')
    await eventually(() => page.locator('.inspect-key').count()).toBe(1)
    await page.locator('.inspect-key').click()
    await eventually(() => page.locator('.inspect-value').textContent()).toContain('<img src=x onerror=')
    expect(await page.locator('.inspect-title').textContent()).toContain('user:de:000007<img src=x')
    expect([await page.locator('main img').count(), await page.title()]).toEqual([0, 'Inspect · Stowage playground'])

    await page.getByLabel('Key begins with').fill('')
    await page.getByRole('combobox', { name: 'By' }).selectOption('pattern')
    await page.getByRole('textbox', { name: 'pattern' }).fill('user:fr:*1')
    await page.getByRole('button', { name: 'Preview' }).click()
    const said = async () =>
      Number(/hit (\d+) entries/.exec((await page.locator('.inspect-preview').textContent()) ?? '')?.[1])
    const hitCount = await said()
    expect(hitCount).toBeGreaterThan(0)
    await page.getByRole('button', { name: `Invalidate ${hitCount} entries` }).click()
    await eventually(() => page.getByText(`${(3_000 - hitCount).toLocaleString('en')} listed`).count()).toBe(1)
    await eventually(() => page.getByText(/^Twice the memory would give you/).count()).toBe(1)
  },
  120_000,
)
