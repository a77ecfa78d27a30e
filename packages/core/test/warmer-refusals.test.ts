/** What a warmer does not take: options, calls, and work after its end. */
import { type Cache, ConfigError, createCache, createWarmer, UsageError, type WarmerOptions } from '@stowage/core'
import { createFakeClock, type FakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { tasksOf } from './warm-tasks.ts'

let clock: FakeClock
let cache: Cache

beforeEach(() => {
  clock = createFakeClock()
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock })
})

const warmer = (options: Omit<WarmerOptions, 'clock'>) => createWarmer(cache, { clock, ...options })

describe('what is refused', () => {
  test.each<[string, object, RegExp]>([
    ['no tasks', {}, /^tasks: undefined is not a list; allowed: /],
    ['a text', { tasks: 'abc' }, /^tasks: 'abc' is not a list/],
    [
      'a misspelt option',
      { tasks: [], shedule: { every: '1m' } },
      /^createWarmer: unknown option 'shedule'; allowed: /,
    ],
    ['no concurrency', { tasks: [], concurrency: 0 }, /^concurrency: 0 is not a count/],
    ['a limit of nothing', { tasks: [], timeLimit: 0 }, /^timeLimit: 0 is not a duration/],
    ['a limit no timer keeps', { tasks: [], timeLimit: '25d' }, /^timeLimit: '25d' is too long; allowed: up to /],
    ['another refresh', { tasks: [], refresh: 'stale' }, /^refresh: 'stale' is not known; allowed: 'missing', 'all'/],
    ['no clock', { tasks: [], clock: {} }, /^clock: an object is not a clock/],
    ['an empty schedule', { tasks: [], schedule: {} }, /^schedule.every: undefined is not a duration/],
    ['both schedules', { tasks: [], schedule: { every: '1h', dailyAt: '00:00' } }, /^schedule: unknown option 'every'/],
    ['jitter over 1', { tasks: [], schedule: { every: '1h', jitter: 2 } }, /^schedule.jitter: 2 is not a share/],
    ['24 h', { tasks: [], schedule: { dailyAt: '24:00' } }, /^schedule.dailyAt: '24:00' is not a time of day/],
    [
      'a share of a day',
      { tasks: [], schedule: { dailyAt: '00:00', jitter: '13h' } },
      /^schedule.jitter: '13h' is too/,
    ],
    [
      'another world',
      { tasks: [], schedule: { dailyAt: '00:00', timeZone: 'Mars/Base' } },
      /^schedule.timeZone: 'Mars\/Base' is not a time zone; allowed: an IANA name/,
    ],
  ])('%s', (_, options, message) => {
    const make = () => createWarmer(cache, options as never)
    expect(make).toThrow(ConfigError)
    expect(make).toThrow(message)
  })

  test('calls that cannot be carried out', async () => {
    const held = warmer({ tasks: [] })
    expect(() => createWarmer({} as never, { tasks: [] })).toThrow(/^createWarmer: an object is not a cache/)
    expect(() => held.start()).toThrow(/^start: the warmer has no schedule/)
    expect(() => held.on('done' as never, () => 1)).toThrow(/^on: 'done' is not allowed/)
    await expect(held.run({ signal: 1 } as never)).rejects.toThrow(/^run: signal: 1 is not a signal/)
    await expect(held.prefetch('a' as never)).rejects.toThrow(/^prefetch: 'a' is not allowed/)
    await expect(held.prefetch([7 as never])).rejects.toThrow(UsageError)
  })

  test('a closed warmer begins nothing', async () => {
    await using held = warmer({ tasks: tasksOf('a'), schedule: { every: '1m' } })
    held.start()
    await held.close()
    expect(await held.run()).toMatchObject({ outcome: 'closed', total: 0 })
    expect(await held.prefetch(['a'])).toMatchObject({ outcome: 'closed', total: 0 })
    expect(() => held.start()).toThrow(UsageError)
    expect([held.status().nextAtMs, await cache.has('a')]).toEqual([undefined, false])
  })

  test('a signal that has fired begins nothing', async () => {
    const report = await warmer({ tasks: tasksOf('a') }).run({ signal: AbortSignal.abort() })
    expect(report).toMatchObject({ outcome: 'cancelled', total: 0 })
    expect(await cache.has('a')).toBe(false)
  })
})
