/** Faults in a real browser: each button does what it says, and the promises hold. What they cost is counted, not waited for. */
import { expect, test } from 'vitest'
import type { FaultsRoom } from '../../src/server/pages/faults/faults-room.ts'
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
    'One hour ahead',
    'Right',
    'Failing',
    'Slow',
    'Well',
  ],
  redis: ['Pause', 'Resume', 'Kill', 'Restart', 'Cut', 'Leave alone'],
}

type State = NonNullable<ReturnType<FaultsRoom['state']>>
/** What is to be seen of some of them; the others are seen in what is counted. */
const EFFECTS: Readonly<Record<string, (state: State) => boolean>> = {
  Full: ({ isSiblingStoreDown }) => isSiblingStoreDown,
  Free: ({ isSiblingStoreDown }) => !isSiblingStoreDown,
  'One hour back': ({ skewMs }) => skewMs === -3_600_000,
  'One hour ahead': ({ skewMs }) => skewMs === 3_600_000,
  Right: ({ skewMs }) => skewMs === 0,
  Failing: ({ figures }) => figures.sourceErrorCount > 0,
  // Somebody has waited for it.
  Slow: ({ slowest }) => slowest.fromSourceMs > 1_400,
  Well: ({ source }) => source === 'well',
}
/** Which are shown as pressed for as long as they last. */
const LASTING = ['One hour back', 'One hour ahead', 'Right', 'Failing', 'Slow', 'Well']

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
        await eventually(() => {
          const state = site.rooms.faults.state()
          return state !== undefined && (EFFECTS[name]?.(state) ?? true)
        }).toBe(true)
        if (LASTING.includes(name)) {
          await eventually(() => page.getByRole('button', { name, exact: true, pressed: true }).count()).toBe(1)
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
