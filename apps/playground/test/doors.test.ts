/** What the two doors answer and what they refuse, and how: a status and a sentence, never a stack. */
import { request } from 'node:http'
import { TRPCClientError } from '@trpc/client'
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

const DAY_RULE = 'must be a day written YYYY-MM-DD, from 2001-03-01 to 2001-03-03'
const REFUSED: readonly (readonly [path: string, status: number, message: string])[] = [
  ['/api/panels/totals?form=2001-03-01', 400, 'unknown parameter "form"; allowed: from, to'],
  ['/api/panels/totals?from=01.03.2001', 400, `from: "01.03.2001" ${DAY_RULE}`],
  ['/api/panels/totals?to=2001-02-30', 400, `to: "2001-02-30" ${DAY_RULE}`],
  ['/api/panels/totals?to=2001-03-04', 400, `to: "2001-03-04" ${DAY_RULE}`],
  ['/api/panels/totals?from=', 400, `from: "" ${DAY_RULE}`],
  ['/api/panels/totals?from=2001-03-01&from=2001-03-02', 400, 'from: must be given once, as a day written YYYY-MM-DD'],
  [
    '/api/panels/totals?from=2001-03-03&to=2001-03-01',
    400,
    'from must not be after to, got {"from":"2001-03-03","to":"2001-03-01"}',
  ],
  [
    '/api/panels/nope',
    404,
    'unknown panel "nope"; there are: metrics, totals, delays, routes, ranks, hours, months, weekdays',
  ],
  [
    '/api/panels/toString',
    404,
    'unknown panel "toString"; there are: metrics, totals, delays, routes, ranks, hours, months, weekdays',
  ],
  ['/api/panels?x=1', 400, 'unknown parameter "x"; allowed: none'],
  ['/api/status?x=1', 400, 'unknown parameter "x"; allowed: none'],
  ['/healthz?x=1', 400, 'unknown parameter "x"; allowed: none'],
  ['/api/nope', 404, 'nothing at GET /api/nope; there are: /panels, /panels/:panel, /status'],
  ['/nope.html', 404, 'nothing at GET /nope.html'],
  ['/api/panels/%E0%A4%A', 400, 'the request could not be read'],
]

test.each(REFUSED)('GET %s is refused with %i', async (path, status, message) => {
  const answer = await playground.get(path)
  expect(answer.body).toEqual({ error: { message } })
  expect(answer.status).toBe(status)
})

test('other methods than GET are refused', async () => {
  const response = await fetch(`${playground.address}/api/panels/totals`, { method: 'POST' })
  expect(response.status).toBe(405)
  expect(await response.json()).toEqual({ error: { message: 'POST is not answered here; allowed: GET' } })
})

test('GET /api/panels/:panel answers rows and how they were served, for nobody to keep', async () => {
  const response = await fetch(`${playground.address}/api/panels/totals?from=2001-03-01&to=2001-03-01`)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toMatchObject({
    panel: 'totals',
    from: '2001-03-01',
    to: '2001-03-01',
    rows: [{ day: '2001-03-01', flightCount: 3 }],
    served: { outcome: 'loaded', ageMs: 0 },
  })
})

test('missing days mean the first and the last, and share the entry of the full range', async () => {
  await playground.get('/api/panels/delays?from=2001-03-01&to=2001-03-03')
  expect((await playground.get('/api/panels/delays')).body).toMatchObject({ served: { outcome: 'hit' } })
})

test('GET /api/panels lists what there is', async () => {
  expect((await playground.get('/api/panels')).body).toEqual({
    panels: ['metrics', 'totals', 'delays', 'routes', 'ranks', 'hours', 'months', 'weekdays'],
    days: { from: '2001-03-01', to: '2001-03-03' },
  })
})

test('GET /healthz and /api/status cost no source query', async () => {
  const before = playground.rooms.flights.queryCount()
  expect(await playground.get('/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } })
  expect(await playground.get('/api/status')).toMatchObject({
    status: 200,
    body: { sourceQueryCount: before, flightCount: 5 },
  })
})

test('nothing the server sends lets a page load from elsewhere or names the framework', async () => {
  const { headers } = await fetch(playground.address)
  expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(headers.has('x-powered-by')).toBe(false)
})

const inputOf = (input: unknown): string => encodeURIComponent(JSON.stringify(input))
const REFUSED_CALLS: readonly (readonly [call: string, status: number, message: string])[] = [
  [`dashboard.totals?input=${inputOf({ day: 1 })}`, 400, 'unknown parameter "day"; allowed: from, to'],
  [`dashboard.totals?input=${inputOf({ from: 7 })}`, 400, 'from: must be given once, as a day written YYYY-MM-DD'],
  [
    `dashboard.totals?input=${inputOf({ from: '2001-3-1' })}`,
    400,
    'from: "2001-3-1" must be a day written YYYY-MM-DD, from 2001-03-01 to 2001-03-03',
  ],
  ['dashboard.totals?input=zzz', 400, `Unexpected token 'z', "zzz" is not valid JSON`],
  ['analytics.nope', 404, 'No procedure found on path "analytics.nope"'],
]

test.each(REFUSED_CALLS)('/trpc/%s is refused with %i', async (call, status, message) => {
  const answer = await playground.get(`/trpc/${call}`)
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({ error: { message } })
  expect(answer.text).not.toContain('stack')
})

test('an unknown panel cannot be refreshed', async () => {
  const response = await fetch(`${playground.address}/trpc/analytics.refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ panel: 'nope' }),
  })
  expect(response.status).toBe(400)
  expect(JSON.stringify(await response.json())).toContain('panel: ')
})

test('both doors answer from the same entries', async () => {
  await playground.rpc.analytics.routes.query({})
  expect((await playground.get('/api/panels/routes')).body).toMatchObject({
    served: { outcome: 'hit', tier: 'memory' },
  })
})

test('the client hears the sentence, not the list of faults', async () => {
  const asked = playground.rpc.dashboard.totals.query({ from: '2001-03-03', to: '2001-03-02' })
  await expect(asked).rejects.toThrow(TRPCClientError)
  await expect(asked).rejects.toThrow(/^from must not be after to/)
})

/** @returns the status */
function sent(path: string, method: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { port } = new URL(playground.address)
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
    response.resume()
    resolve(response.statusCode ?? 0)
  })
    .on('error', reject)
    .end()
  return promise
}

test('a page of another site can neither read here under a name of its own nor press a button by a form', async () => {
  expect(await sent('/api/status', 'GET', { host: 'evil.example' })).toBe(403)
  const press = '/trpc/dashboard.completeFlight'
  const form = { 'content-type': 'multipart/form-data; boundary=x' }
  const before = await playground.rooms.operations.state()
  expect(await sent(press, 'POST', { ...form, origin: 'https://evil.example' })).toBe(403)
  expect(await sent(press, 'POST', { ...form, origin: 'null' })).toBe(403)
  expect(await playground.rooms.operations.state()).toEqual(before)
  // Its own page, and programs, which send no origin.
  expect(await sent(press, 'POST', { ...form, origin: playground.address })).toBe(200)
  expect(await sent('/api/status', 'GET', {})).toBe(200)
})
