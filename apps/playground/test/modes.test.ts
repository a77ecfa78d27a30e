/** Modes per user, and what full mode loads ahead: how it ends, and where it falls back to. */
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import type { PreloadEvent } from '../src/server/warming/preload.ts'
import { gatedSource } from './gated-source.ts'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

/** A browser's requests: it keeps the cookie it is given. */
function browserOf({ address }: Playground) {
  let cookie = ''
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(`${address}/trpc/${path}`, { ...init, headers: { ...init.headers, cookie } })
    cookie ||= response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    return response
  }
  return {
    userId: () => cookie.split('=')[1] ?? '',
    async mode(): Promise<unknown> {
      return JSON.parse(await (await call('settings.mode')).text())
    },
    choose: (mode: string) =>
      call('settings.chooseMode', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ mode }),
      }),
    served: async (path: string) => JSON.parse((await call(path)).headers.get('stowage-served') ?? '{}') as unknown,
  }
}

const saying = (mode: string) => ({ result: { data: { mode } } })

test('a mode is its user’s own, survives a restart, and unknown ones are refused', async () => {
  using folder = temporaryFolder()
  const options = { directory: folder.path, files: await writeSmallFlights(folder.path) }
  let userId = ''
  {
    await using first = await openPlayground(options)
    const [alice, bob] = [browserOf(first), browserOf(first)]
    expect(await alice.mode()).toMatchObject(saying('selective'))
    await alice.choose('disabled')
    expect(await alice.mode()).toMatchObject(saying('disabled'))
    expect(await bob.mode()).toMatchObject(saying('selective'))
    expect((await bob.choose('everything')).status).toBe(400)
    userId = alice.userId()
  }
  await using second = await openPlayground(options)
  expect(await second.rooms.modes.of(userId)).toBe('disabled')
})

test('disabled: every question of this user goes to the source, and nothing of it is kept', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const [alice, bob] = [browserOf(playground), browserOf(playground)]
  await alice.mode()
  await alice.choose('disabled')
  for (const queryCount of [1, 2]) {
    expect(await alice.served('dashboard.totals')).toMatchObject({ outcome: 'bypassed' })
    expect(playground.rooms.flights.queryCount()).toBe(queryCount)
  }
  expect(await bob.served('dashboard.totals')).toMatchObject({ outcome: 'loaded' })
  expect(await bob.served('dashboard.totals')).toMatchObject({ outcome: 'hit' })
})

async function watched({ rooms }: Playground, userId: string, signal = new AbortController().signal) {
  const events: PreloadEvent[] = []
  for await (const event of rooms.preload.watch(userId, signal)) events.push(event)
  return { events, end: events.at(-1) }
}

test('full mode loads everything one click away, once; pages then ask the source for nothing', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const { events, end } = await watched(playground, 'alice')
  expect(events[0]).toMatchObject({ type: 'progress', done: 0 })
  expect(end).toMatchObject({ type: 'end', outcome: 'completed', failed: 0, mode: 'full' })
  const queryCount = playground.rooms.flights.queryCount()
  const browser = browserOf(playground)
  const day = encodeURIComponent(JSON.stringify({ from: '2001-03-03', to: '2001-03-03' }))
  for (const path of ['dashboard.metrics', 'analytics.hours', 'summary.months', `analytics.ranks?input=${day}`]) {
    expect(await browser.served(path)).toMatchObject({ outcome: 'hit' })
  }
  // Ranges of 7 and 30 days are those of the whole small file.
  expect(queryCount).toBe(6 * 2 + 2)
  expect((await watched(playground, 'bob')).end).toMatchObject({ loaded: 0, alreadyThere: 26 })
})

test('after its limit it ends, the mode is selective, and what was loaded stays', async () => {
  using folder = temporaryFolder()
  const clock = createFakeClock()
  const gate = gatedSource()
  await using playground = await openPlayground({
    files: await writeSmallFlights(folder.path),
    clock,
    openSource: gate.openSource,
  })
  await playground.rooms.modes.choose('alice', 'full')
  const watching = watched(playground, 'alice')
  await expect.poll(() => playground.rooms.cache.stats().loading).toBe(2)
  clock.advanceMs(59_999)
  expect(await playground.rooms.modes.of('alice')).toBe('full')
  clock.advanceMs(1)
  expect((await watching).end).toMatchObject({ outcome: 'timed-out', mode: 'selective' })
  expect(await playground.rooms.modes.of('alice')).toBe('selective')
  gate.open()
})

test('a user who leaves ends it, unless another is still waiting', async () => {
  using folder = temporaryFolder()
  const gate = gatedSource()
  await using playground = await openPlayground({
    files: await writeSmallFlights(folder.path),
    openSource: gate.openSource,
  })
  const [alice, bob] = [new AbortController(), new AbortController()]
  const leaving = watched(playground, 'alice', alice.signal)
  const staying = watched(playground, 'bob', bob.signal)
  await expect.poll(() => playground.rooms.cache.stats().loading).toBe(2)
  alice.abort()
  expect((await leaving).end).toMatchObject({ type: 'progress' })
  gate.open()
  expect((await staying).end).toMatchObject({ outcome: 'completed', mode: 'full' })
})

test('short ranges are warm in the background, again after an event, and not when that is switched off', async () => {
  using folder = temporaryFolder()
  const clock = createFakeClock()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path), clock })
  const { shortRanges, flights } = playground.rooms
  const day = encodeURIComponent(JSON.stringify({ from: '2001-03-03', to: '2001-03-03' }))
  const served = () => browserOf(playground).served(`analytics.hours?input=${day}`)
  shortRanges.start()
  await expect.poll(() => flights.queryCount()).toBe(12)
  expect(await served()).toMatchObject({ outcome: 'hit' })
  await playground.rpc.dashboard.completeFlight.mutate()
  clock.advanceMs(1_000)
  await expect.poll(() => flights.queryCount()).toBe(24)
  expect(await served()).toMatchObject({ outcome: 'hit' })
  await playground.rpc.settings.keepShortRangesWarm.mutate({ isWanted: false })
  await playground.rpc.dashboard.completeFlight.mutate()
  clock.advanceMs(600_000)
  expect(await served()).toMatchObject({ outcome: 'loaded' })
  expect(flights.queryCount()).toBe(25)
})
