/** The limits on what loads may pile up: how many go on, and how many that have ended are remembered. */
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { SingleFlight } from '../src/single-flight.ts'
import { heldLoader, turn } from './held-loader.ts'

test('with 10,000 loads going on a stale value is served without a refresh behind', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock })
  await cache.set('key', 'old', { ttl: 1, staleWhileRevalidate: '1h' })
  clock.advanceMs(1)
  const { loader, runs } = heldLoader()
  const loads = Array.from({ length: 10_000 }, (_, at) => cache.getOrSet(`hangs ${at}`, loader))
  const refreshed: unknown[] = []
  const refresh = ({ key }: { key: unknown }) => refreshed.push(key)
  await turn()
  expect(await cache.getOrSet('key', refresh)).toBe('old')
  await turn()
  expect([runs.length, refreshed]).toEqual([10_000, []])
  runs[0]?.settle('done')
  await loads[0]
  expect(await cache.getOrSet('key', refresh)).toBe('old')
  await turn()
  expect(refreshed).toEqual(['key'])
})

test('of the loads that have ended a thousand or two are remembered; of the others, that none was later', async () => {
  const flights = new SingleFlight()
  const land = async (...keys: string[]) => {
    for (const key of keys) {
      flights.begin(key, { keepsOn: false, fingerprint: undefined }, () => Promise.reject(new Error('landed')))
      await flights.drain()
    }
  }
  const thousand = (name: string) => Array.from({ length: 1_000 }, (_, at) => `${name} ${at}`)
  const before = flights.ask()
  await land(...thousand('first'))
  const between = flights.ask()
  await land('first 0', ...thousand('second').slice(2))
  expect(flights.landedSince('unheard of', before), 'none is forgotten yet').toBe(false)
  expect([flights.landedSince('first 1', before), flights.landedSince('first 1', between)]).toEqual([true, false])
  const later = flights.ask()
  await land('third')
  expect(flights.landedSince('unheard of', before), 'may be forgotten: taken for landed').toBe(true)
  expect(flights.landedSince('unheard of', between), 'younger than all that are forgotten').toBe(false)
  expect(flights.landedSince('first 1', before), 'forgotten').toBe(true)
  expect([flights.landedSince('first 0', between), flights.landedSince('first 0', later)]).toEqual([true, false])
})
