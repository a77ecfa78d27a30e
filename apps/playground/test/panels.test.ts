import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

const folder = temporaryFolder()
let playground: Playground

beforeAll(async () => {
  playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
})

afterAll(async () => {
  await playground[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

test('the range is that of the file, and a midnight flight counts to the day that ends', async () => {
  expect(playground.rooms.flights.days).toEqual({ from: '2001-03-01', to: '2001-03-03' })
  const rows = await playground.rpc.dashboard.totals.query({})
  expect(rows).toEqual([
    { day: '2001-03-01', flightCount: 3, meanDelayMinutes: 30 },
    { day: '2001-03-03', flightCount: 2, meanDelayMinutes: 0 },
  ])
})

test('both ends of the range are included, and nothing beyond them', async () => {
  const rows = await playground.rpc.dashboard.totals.query({ from: '2001-03-03', to: '2001-03-03' })
  expect(rows).toEqual([{ day: '2001-03-03', flightCount: 2, meanDelayMinutes: 0 }])
})

test('a range without flights has no rows in any panel', async () => {
  const range = { from: '2001-03-02', to: '2001-03-02' }
  const { dashboard, analytics } = playground.rpc
  const answers = await Promise.all([
    dashboard.totals.query(range),
    analytics.delays.query(range),
    analytics.routes.query(range),
    analytics.ranks.query(range),
    analytics.hours.query(range),
  ])
  expect(answers).toEqual([[], [], [], [], []])
})

test('delays: quantiles by origin, the longest p90 first, with the city', async () => {
  const rows = await playground.rpc.analytics.delays.query({})
  expect(rows).toEqual([
    {
      origin: 'DEN',
      city: 'Denver',
      flightCount: 2,
      meanDelayMinutes: 32.5,
      p50DelayMinutes: 32.5,
      p90DelayMinutes: 54.5,
      p99DelayMinutes: 59.5,
    },
    {
      origin: 'ORD',
      city: 'Chicago',
      flightCount: 3,
      meanDelayMinutes: 8.3,
      p50DelayMinutes: 10,
      p90DelayMinutes: 18,
      p99DelayMinutes: 19.8,
    },
  ])
})

test('routes: flights, distinct days, mean delay and distance', async () => {
  const rows = await playground.rpc.analytics.routes.query({})
  expect(rows).toEqual([
    {
      origin: 'ORD',
      destination: 'LAX',
      originCity: 'Chicago',
      destinationCity: 'Los Angeles',
      flightCount: 3,
      dayCount: 2,
      meanDelayMinutes: 8.3,
      meanDistanceMiles: 100,
    },
    {
      origin: 'DEN',
      destination: 'ORD',
      originCity: 'Denver',
      destinationCity: 'Chicago',
      flightCount: 2,
      dayCount: 2,
      meanDelayMinutes: 32.5,
      meanDistanceMiles: 200,
    },
  ])
})

test('ranks: by departures of each day, equals share a rank', async () => {
  const rows = await playground.rpc.analytics.ranks.query({})
  expect(rows).toEqual([
    { day: '2001-03-01', origin: 'ORD', city: 'Chicago', rank: 1, flightCount: 2 },
    { day: '2001-03-03', origin: 'ORD', city: 'Chicago', rank: 1, flightCount: 1 },
    { day: '2001-03-01', origin: 'DEN', city: 'Denver', rank: 2, flightCount: 1 },
    { day: '2001-03-03', origin: 'DEN', city: 'Denver', rank: 1, flightCount: 1 },
  ])
})

test('hours: median and its deviation, over all airports first', async () => {
  const rows = await playground.rpc.analytics.hours.query({})
  expect(rows).toEqual([
    { origin: null, hour: 0, flightCount: 3, medianDelayMinutes: 10, madDelayMinutes: 5 },
    { origin: null, hour: 8, flightCount: 2, medianDelayMinutes: 7.5, madDelayMinutes: 12.5 },
    { origin: 'ORD', hour: 0, flightCount: 1, medianDelayMinutes: 10, madDelayMinutes: 0 },
    { origin: 'ORD', hour: 8, flightCount: 2, medianDelayMinutes: 7.5, madDelayMinutes: 12.5 },
    { origin: 'DEN', hour: 0, flightCount: 2, medianDelayMinutes: 32.5, madDelayMinutes: 27.5 },
  ])
})
