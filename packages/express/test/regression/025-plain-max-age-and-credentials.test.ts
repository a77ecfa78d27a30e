/** Regression: what said no more than `max-age` for a request without a cookie or Authorization was the answer to requests that had one. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { packResponse, unpackResponse } from '../../src/stored-response.ts'
import { counting, servedApp } from '../served-app.ts'

const CREDENTIALS = [{ cookie: 'sid=alice' }, { authorization: 'Basic eA==' }]

function whoApp(fields: Record<string, string>) {
  return servedApp((req, res) => {
    res.set(fields).send(`for ${req.headers.cookie ?? req.headers.authorization ?? 'nobody'}`)
  })
}

test.each(CREDENTIALS)('plain max-age: %j passes by', async (headers) => {
  const { ask, middleware } = await whoApp({ 'Cache-Control': 'max-age=60' })
  await ask('/a')
  const own = await ask('/a', { headers })
  expect(own.body).toBe(`for ${Object.values(headers).join()}`)
  expect(own.headers['cache-status']).toBe('Stowage; fwd=bypass')
  expect((await ask('/a')).headers['cache-status']).toMatch(/hit/)
  expect(middleware.stats()).toMatchObject({ hits: 1, stored: 1 })
})

test.each(CREDENTIALS)('nor does %j join it while it is made', async (headers) => {
  const go = Promise.withResolvers<void>()
  const { ask, middleware, runs } = await servedApp(async (req, res) => {
    const who = Object.keys(headers).some((name) => name in req.headers) ? 'one' : 'nobody'
    await go.promise
    res.set('Cache-Control', 'max-age=60').send(`for ${who}`)
  })
  const first = ask('/a')
  await expect.poll(runs).toBe(1)
  const second = ask('/a', { headers })
  await expect.poll(() => middleware.stats().requests).toBe(2)
  await turn()
  go.resolve()
  expect([(await first).body, (await second).body]).toEqual(['for nobody', 'for one'])
})

test.each(['max-age=60, public', 's-maxage=60', 'max-age=60, must-revalidate'])(
  '%s says that it may answer them',
  async (said) => {
    const { ask, runs } = await whoApp({ 'Cache-Control': said })
    await ask('/a')
    for (const headers of CREDENTIALS) expect((await ask('/a', { headers })).body).toBe('for nobody')
    expect(runs()).toBe(1)
  },
)

test('what varies by the cookie answers those who have that cookie, and Authorization passes by', async () => {
  const { ask, runs } = await whoApp({ 'Cache-Control': 'max-age=60', Vary: 'Cookie' })
  for (let round = 0; round < 2; round++) {
    expect((await ask('/a')).body).toBe('for nobody')
    for (const cookie of ['a', 'b']) expect((await ask('/a', { headers: { cookie } })).body).toBe(`for ${cookie}`)
  }
  expect(runs()).toBe(3)
  expect((await ask('/a', { headers: { authorization: 'Basic eA==' } })).body).toBe('for Basic eA==')
})

test.each(CREDENTIALS)(
  'a life of the route’s making is not for %j, whatever else the response says',
  async (headers) => {
    const { ask } = await servedApp(counting({ 'Cache-Control': 'public' }), { options: { ttl: '1m' } })
    await ask('/a')
    expect((await ask('/a', { headers })).body).toBe('run 2')
    expect((await ask('/a')).body).toBe('run 1')
  },
)

test.each([undefined, 'cookie', ['x-a']])('a stored head that says of this %j is none', (notFor) => {
  const times = { responseAtMs: 0, initialAgeMs: 0, freshMs: 1, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 }
  const life = { ...times, mustRevalidate: false, noCache: false, notFor: [] }
  const head = { status: 200, fields: [], tags: [], nonce: undefined, body: Buffer.from('x') }
  expect(unpackResponse(packResponse({ ...head, life }))).toMatchObject({ life })
  expect(unpackResponse(packResponse({ ...head, life: Object.assign({ ...life }, { notFor }) }))).toBeUndefined()
})
