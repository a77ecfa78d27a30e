/** Many readers at once, each walking all tabs: no request fails, each distinct question reaches the source once. */
import { expect, test } from 'vitest'
import { PAGE_PANELS, pageOf } from '../src/server/queries/panel-queries.ts'
import { PRESETS, presetRange } from '../src/shared/presets.ts'
import { openPlayground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

test.each([10, 100])('%i sessions walking all tabs: zero failed requests, each distinct query once', async (count) => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const { address, rooms } = playground
  const ranges = PRESETS.map((preset) => presetRange(rooms.flights.days, preset))
  const asked = new Set<string>()
  const walks = Array.from({ length: count }, async (_, session) => {
    // Each begins with another tab and another range.
    const pages = Object.values(PAGE_PANELS)
    for (let step = 0; step < pages.length; step += 1) {
      const panels = pages[(session + step) % pages.length] ?? []
      const input = encodeURIComponent(JSON.stringify(ranges[(session + step) % ranges.length]))
      for (const name of panels) asked.add(`${name} ${input}`)
      const answers = await Promise.all(
        panels.map((name) => fetch(`${address}/trpc/${pageOf(name)}.${name}?input=${input}`)),
      )
      for (const answer of answers) expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)])
    }
  })
  await Promise.all(walks)
  const { cache, sourceQueryCount, requestCount } = await rooms.status()
  expect(sourceQueryCount).toBe(asked.size)
  expect(requestCount).toBe(count * 8)
  expect((cache.stats.hits + cache.stats.joined) / requestCount).toBeGreaterThanOrEqual(0.8)
})
