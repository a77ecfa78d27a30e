/** Faults in a real browser: each button does what it says, and the promises hold. What they cost is counted, not waited for. */
import { expect, test } from 'vitest'
import { fullDiskReason } from '../../src/server/pages/faults/full-disk.ts'
import { answerOf, isWhole, Truth } from '../../src/server/pages/faults/truth.ts'
import { temporaryFolder } from '../playground.ts'
import { writeSmallFlights } from '../small-flights.ts'
import { eventually, openSite } from './browser.ts'
import { browserPath } from './browser-path.ts'

const LIMIT_MS = 180_000
const BROKEN = ['resurrectedCount', 'wrongCount', 'failedCount', 'lostCount', 'overBoundCount'] as const
const PRESSED: Readonly<Record<string, readonly string[]>> = {
  sqlite: [
    'kill -9 while it writes',
    // Where the system can; only once the other process writes again.
    ...(fullDiskReason === undefined ? ['Full', 'Free'] : []),
    'Turn 20 bits over',
    'Fill the quota',
    'One hour back',
    'Right',
    'Failing',
    'Well',
  ],
  redis: ['Pause', 'Resume', 'Kill', 'Restart', 'Cut', 'Leave alone'],
}

test.skipIf(browserPath === undefined)(
  'a backend is broken in every way there is a button for, and nothing that was promised is broken with it',
  async () => {
    using folder = temporaryFolder()
    await using site = await openSite({ files: await writeSmallFlights(folder.path) })
    const page = await site.open('/faults')
    for (const [store, buttons] of Object.entries(PRESSED)) {
      if (store === 'redis' && site.rooms.redis.reason !== undefined) continue
      await page.getByRole('button', { name: `Start memory + ${store}` }).click()
      const figures = () => site.rooms.faults.state()?.figures
      // A process that has written is one that can be killed while it writes.
      await eventually(() => figures()?.siblingWriteCount ?? 0).toBeGreaterThan(5)
      for (const [at, name] of buttons.entries()) {
        const requestCount = figures()?.requestCount ?? 0
        await page.getByRole('button', { name, exact: true }).click()
        await eventually(() => site.rooms.faults.state()?.done.length).toBe(at + 1)
        const isFull = { Full: true, Free: false }[name]
        if (isFull !== undefined) {
          await eventually(() => site.rooms.faults.state()?.isSiblingStoreDown).toBe(isFull)
        }
        await eventually(() => (figures()?.requestCount ?? 0) - requestCount).toBeGreaterThan(10)
      }
      const counted = figures()
      expect(BROKEN.map((name) => [name, counted?.[name]])).toEqual(BROKEN.map((name) => [name, 0]))
      expect([counted?.isolationBrokenCount, counted?.ownWriteWrongCount, counted?.doubleLoadCount]).toEqual([0, 0, 0])
      if (store === 'sqlite') expect(counted?.soughtCount).toBeGreaterThan(0)
      await eventually(() => page.locator('.faults-done li').count()).toBe(buttons.length)
      expect(await page.locator('.faults-promises .badge-bad').count()).toBe(0)
    }
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await eventually(() => site.rooms.faults.state()).toBeUndefined()
  },
  LIMIT_MS,
)

test('the prober knows a wrong value, an old one and a torn one from a right one', async () => {
  const truth = new Truth()
  const first = await truth.load('a')
  expect(isWhole(first, 'a')).toBe(true)
  expect([isWhole(first, 'b'), isWhole({ ...first, body: `${first.body} ` }, 'a')]).toEqual([false, false])
  expect(isWhole({ ...answerOf('a', 3), version: 2 }, 'a')).toBe(false)
  const acknowledge = truth.change('a')
  expect(truth.oldest('a')).toBe(0)
  acknowledge()
  expect([truth.oldest('a'), first.version < truth.oldest('a')]).toEqual([1, true])
  await Promise.all([truth.load('a'), truth.load('a')])
  expect(truth.doubleLoadCount).toBe(1)
  truth.health = 'failing'
  await expect(truth.load('a')).rejects.toThrow('the source fails')
})
