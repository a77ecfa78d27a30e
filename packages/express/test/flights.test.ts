/** Who comes while a response is on its way may share it, until something speaks against that. */
import { createFakeClock, type FakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import type { Flight } from '../src/flight.ts'
import { Flights } from '../src/flights.ts'

const LIMIT_BYTES = 10
const PATIENCE_MS = 10_000

interface Begun {
  readonly flights: Flights
  readonly flight: Flight
  readonly clock: FakeClock
  readonly isFound: () => boolean
}

function begun(): Begun {
  const clock = createFakeClock()
  const flights = new Flights(PATIENCE_MS, clock)
  const flight = flights.begin('key', LIMIT_BYTES)
  flight.tags.add('url')
  return { flights, flight, clock, isFound: () => flights.find('key') === flight }
}

test('it is found from its beginning on, and after its end until that is noted', () => {
  const { flights, flight, isFound } = begun()
  expect(isFound()).toBe(true)
  flight.push(new Uint8Array(LIMIT_BYTES))
  flight.end('ended')
  expect(isFound()).toBe(true)
  flights.end('key', flight)
  expect(flights.find('key')).toBe(undefined)
})

test.each<[string, (flight: Flight, flights: Flights) => void]>([
  ['is not to be shared', (flight) => flight.tell({ kind: 'alone' })],
  ['is larger than what may be kept', (flight) => flight.push(new Uint8Array(LIMIT_BYTES + 1))],
  ['has failed', (flight) => flight.end('failed')],
  ['is among all that were invalidated', (_, flights) => flights.closeAll()],
  ['has a URL that was invalidated', (_, flights) => flights.closeCoveredBy(['url'], true)],
  ['may have a tag that was invalidated', (_, flights) => flights.closeCoveredBy(['tag'], false)],
])('not one that %s', (_, happen) => {
  const { flights, flight, isFound } = begun()
  happen(flight, flights)
  expect(isFound()).toBe(false)
})

test('what covers others closes it not', () => {
  const { flights, isFound } = begun()
  flights.closeCoveredBy(['other'], true)
  expect(isFound()).toBe(true)
})

test('the end of one leaves the one that has begun since', () => {
  const { flights, flight } = begun()
  const next = flights.begin('key', LIMIT_BYTES)
  flights.end('key', flight)
  expect(flights.find('key')).toBe(next)
})

test('one that has been silent for too long is not joined, but goes on, until something comes of it', () => {
  const { flight, clock, isFound } = begun()
  clock.advanceMs(PATIENCE_MS - 1)
  expect(isFound()).toBe(true)
  clock.advanceMs(1)
  expect(isFound()).toBe(false)
  flight.push(new Uint8Array(1))
  expect(isFound()).toBe(true)
  clock.advanceMs(PATIENCE_MS)
  expect(isFound()).toBe(false)
  flight.end('ended')
  expect(isFound()).toBe(true)
})
