/** Each page's own rule: what an event makes wrong is asked for anew, the Summary stays till midnight. */
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { nextMidnightAtMs } from '../src/server/midnight.ts'
import { PANEL_NAMES, pageOf } from '../src/server/queries/panel-queries.ts'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

async function outcomes({ ask, rooms }: Playground) {
  const answers = await Promise.all(PANEL_NAMES.map((name) => ask(name, rooms.flights.days)))
  return new Map(answers.map(({ panel, served }) => [panel, served?.outcome]))
}

test.each(['completeFlight', 'changePlan'] as const)(
  '%s drops Dashboard and Analytics, and leaves the Summary',
  async (event) => {
    using folder = temporaryFolder()
    await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
    await outcomes(playground)
    await playground.rpc.dashboard[event].mutate()
    expect(await outcomes(playground)).toEqual(
      new Map(PANEL_NAMES.map((name) => [name, pageOf(name) === 'summary' ? 'hit' : 'loaded'])),
    )
  },
)

test('a completed flight is in the next answer, survives a restart, and is gone after starting over', async () => {
  using folder = temporaryFolder()
  const options = { directory: folder.path, files: await writeSmallFlights(folder.path) }
  const flightCount = async ({ rpc }: Playground) => (await rpc.dashboard.metrics.query()).map((row) => row.flightCount)
  {
    await using first = await openPlayground(options)
    expect(await flightCount(first)).toEqual([5])
    await first.rpc.dashboard.completeFlight.mutate()
    const landed = await first.rpc.dashboard.completeFlight.mutate()
    expect(landed).toMatchObject({ number: 2, origin: 'ATL' })
    expect(await flightCount(first)).toEqual([7])
    expect((await first.rpc.dashboard.operations.query()).completed).toHaveLength(2)
  }
  await using second = await openPlayground(options)
  await second.rooms.cache.invalidate({ all: true })
  expect(await flightCount(second)).toEqual([7])
  await second.rpc.dashboard.startOver.mutate()
  expect(await flightCount(second)).toEqual([5])
  expect((await second.rpc.dashboard.operations.query()).completed).toEqual([])
})

test('the Summary is made once a day, anew from local midnight on, and never served stale', async () => {
  using folder = temporaryFolder()
  const clock = createFakeClock()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path), clock })
  const { ask, rooms } = playground
  const months = async () => (await ask('months', rooms.flights.days)).served
  expect(await months()).toMatchObject({ outcome: 'loaded' })
  const leftMs = nextMidnightAtMs(clock.nowMs()) - clock.nowMs()
  expect(new Date(clock.nowMs() + leftMs).getHours()).toBe(0)
  clock.advanceMs(leftMs - 1)
  expect(await months()).toMatchObject({ outcome: 'hit', ttlLeftMs: 1 })
  clock.advanceMs(1)
  expect(await months()).toMatchObject({ outcome: 'loaded' })
})

test('a day has 23 hours when the clocks go forward: midnight is midnight', () => {
  const noon = new Date(2026, 2, 29, 12).getTime()
  const midnight = new Date(nextMidnightAtMs(noon))
  expect([midnight.getDate(), midnight.getHours(), midnight.getMinutes()]).toEqual([30, 0, 0])
})
