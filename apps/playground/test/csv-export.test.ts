/** The files to take away: kept as finished responses, and gone together with the rows they were made of. */
import { expect, test } from 'vitest'
import { openPlayground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

test('a file is made once, answered 304 to those who have it, and made anew after an event', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const ask = (headers: Record<string, string> = {}) =>
    fetch(`${playground.address}/export/totals.csv?from=2001-03-01`, { headers })
  const first = await ask()
  expect(await first.text()).toBe('day,flightCount,meanDelayMinutes\r\n2001-03-01,3,30\r\n2001-03-03,2,0\r\n')
  expect(first.headers.get('content-disposition')).toBe('attachment; filename="totals-2001-03-01-2001-03-03.csv"')
  const second = await ask({ cookie: 'playground-user=anybody', 'if-none-match': first.headers.get('etag') ?? '' })
  expect([second.status, second.headers.get('cache-status')]).toEqual([304, expect.stringMatching(/^Stowage; hit/)])
  expect(playground.rooms.flights.queryCount()).toBe(1)
  await playground.rpc.dashboard.completeFlight.mutate()
  expect(await (await ask()).text()).toContain('2001-03-03,3,4')
})

test('a file that is none of the panels is refused by name', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const { text } = await playground.get('/export/nope.csv')
  expect(text).toContain('no file \\"nope.csv\\"; there are: metrics.csv, totals.csv')
  expect((await playground.get('/export/totals.csv?day=1')).status).toBe(400)
})
