/** The event `stowage.stats.v1`: the very JSON that README.md shows, when it is sent, and what becomes of a sink that fails. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, createCache, yieldToLoop } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { reportStats, type StatsEvent } from '../src/events.ts'
import { muchHappens, type WatchedCache, watchedCache } from './watched-cache.ts'

/** Long enough for a busy machine. */
const SOON = { timeout: 20_000 }

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

function reported(watched: WatchedCache, sink: (event: StatsEvent) => void | Promise<void>) {
  const stop = reportStats({ caches: [watched.cache], every: '1m', sink, clock: watched.clock })
  onTestFinished(async () => {
    const stopped = stop()
    // A backend that hangs is waited for no longer than this.
    await yieldToLoop()
    watched.clock.advanceMs(1_000)
    await stopped
  })
  return stop
}

test('is, field by field and in this order, what README.md shows', async () => {
  const watched = watchedCache()
  const events: StatsEvent[] = []
  const stop = reported(watched, (event) => void events.push(event))
  await muchHappens(watched)
  await stop()
  expect(events).toHaveLength(1)
  const [shown] = /(?<=```json\n)[\s\S]*?(?=\n```)/.exec(README) ?? []
  expect(JSON.stringify(events[0], settled, 2)).toBe(shown)
})

/** How memory counts bytes, and how many steps core takes, is no part of the schema. */
function settled(name: string, value: unknown): unknown {
  if (name === 'bytes') return 160
  return name === 'times' && typeof value === 'object' && isOfBackend(value) ? { ...value, count: 13 } : value
}

/** By the clock of the test its operations take no time at all. */
function isOfBackend(times: object | null): boolean {
  return times !== null && 'maxMs' in times && times.maxMs === 0.001
}

test('goes through a logger as it is', async () => {
  const watched = watchedCache()
  const lines: string[] = []
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) })
  const events: StatsEvent[] = []
  const stop = reported(watched, (event) => {
    events.push(event)
    logger.info(event, 'cache')
  })
  await watched.cache.set('key', 1)
  await stop()
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
    expect.objectContaining({ msg: 'cache', ...events[0] }),
  ])
})

test('an event comes at each interval, and none between', async () => {
  const watched = watchedCache()
  const events: StatsEvent[] = []
  reported(watched, (event) => void events.push(event))
  for (const count of [1, 2, 3]) {
    watched.clock.advanceMs(59_999)
    expect(events).toHaveLength(count - 1)
    watched.clock.advanceMs(1)
    await vi.waitFor(() => expect(events).toHaveLength(count), SOON)
  }
  expect(events.map(({ intervalMs, skipped }) => [intervalMs, skipped])).toEqual([
    [60_000, 0],
    [60_000, 0],
    [60_000, 0],
  ])
})

test('a sink that is still at work is given no more, and told how much it missed', async () => {
  const watched = watchedCache()
  const events: StatsEvent[] = []
  const work = Promise.withResolvers<void>()
  reported(watched, (event) => {
    events.push(event)
    return work.promise
  })
  watched.clock.advanceMs(60_000)
  await vi.waitFor(() => expect(events).toHaveLength(1), SOON)
  watched.clock.advanceMs(60_000)
  watched.clock.advanceMs(60_000)
  work.resolve()
  await vi.waitFor(() => {
    watched.clock.advanceMs(60_000)
    expect(events.length).toBeGreaterThan(1)
  }, SOON)
  expect(events[1]?.skipped).toBeGreaterThanOrEqual(2)
  const { length } = events
  // None until the one before it has been taken, by its promise too.
  await yieldToLoop()
  watched.clock.advanceMs(60_000)
  await vi.waitFor(() => expect(events).toHaveLength(length + 1), SOON)
  expect(events.at(-1)?.skipped).toBe(0)
})

test('whoever stops waits for the sink that is at work, and is given one last event however often he asks', async () => {
  const watched = watchedCache()
  const events: StatsEvent[] = []
  const work = Promise.withResolvers<void>()
  const stop = reported(watched, (event) => {
    events.push(event)
    return work.promise
  })
  watched.clock.advanceMs(60_000)
  await vi.waitFor(() => expect(events).toHaveLength(1), SOON)
  const stopped = Promise.all([stop(), stop()])
  await yieldToLoop()
  expect(events).toHaveLength(1)
  work.resolve()
  await stopped
  expect(events).toHaveLength(2)
})

test('a clock that is set back makes no interval of less than nothing', async () => {
  const watched = watchedCache()
  const events: StatsEvent[] = []
  const stop = reported(watched, (event) => void events.push(event))
  watched.clock.advanceMs(60_000)
  await vi.waitFor(() => expect(events).toHaveLength(1), SOON)
  watched.clock.jumpToMs(watched.clock.nowMs() - 30_000)
  await stop()
  expect(events.map(({ intervalMs }) => intervalMs)).toEqual([60_000, 0])
})

test.each([
  ['throws', () => Promise.reject(new Error('no room'))],
  [
    'rejects',
    () => {
      throw new Error('no room')
    },
  ],
])('a sink that %s is warned of once, and given the next all the same', async (_how, fail) => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined)
  onTestFinished(() => warn.mockRestore())
  const watched = watchedCache()
  const sink = vi.fn(fail)
  const stop = reported(watched, sink)
  for (const count of [1, 2]) {
    watched.clock.advanceMs(60_000)
    await vi.waitFor(() => expect(sink).toHaveBeenCalledTimes(count), SOON)
  }
  await stop()
  expect(warn).toHaveBeenCalledTimes(1)
  expect(warn.mock.calls[0]?.[1]).toMatchObject({ code: 'STOWAGE_STATS_SINK' })
})

test('a backend that does not say in time leaves volume null, and the rest is there', async () => {
  const watched = watchedCache()
  const events: StatsEvent[] = []
  reported(watched, (event) => void events.push(event))
  await watched.cache.set('key', 1)
  watched.backend.inject('usage', { kind: 'hang' })
  watched.clock.advanceMs(60_000)
  await vi.waitFor(() => {
    watched.clock.advanceMs(1_000)
    expect(events).toHaveLength(1)
  }, SOON)
  expect(events[0]).toMatchObject({ volume: null, writes: { stored: 1 } })
  watched.backend.heal()
})

test('closed caches leave; stopping twice sends nothing more', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: memoryBackend({ maxEntries: 10 }), ttl: '1m', clock })
  const events: StatsEvent[] = []
  const stop = reportStats({ caches: [cache], every: '1m', sink: (event) => void events.push(event), clock })
  await cache.close()
  await stop()
  await stop()
  clock.advanceMs(600_000)
  expect(events).toEqual([])
})

test.each([
  [{ every: 0 }, 'every: 0 is not a duration'],
  [{ every: '30d' }, 'every: 30d is too long'],
  [{ sink: 'stdout' }, "sink: 'stdout' is not allowed"],
  [{ caches: {} }, 'caches: an object is not allowed'],
  [{ interval: 1 }, "unknown option 'interval'"],
])('%j is refused', (wrong: object, message) => {
  const { cache } = watchedCache()
  const options: object = { caches: [cache], every: '1m', sink: () => undefined, ...wrong }
  expect(() => {
    Reflect.apply(reportStats, undefined, [options])
  }).toThrow(ConfigError)
  expect(() => {
    Reflect.apply(reportStats, undefined, [options])
  }).toThrow(message)
})
