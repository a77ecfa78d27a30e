/**
 * Who joined a request that was under way got what looking it up would not have given: a page of the route's ttl for nobody in particular, though the
 * request had credentials, and another reader's fields of a 304 that said `private`. In an outage one of many got the stored response.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('a request with credentials does not join what has only the ttl of the route', async () => {
  const go = Promise.withResolvers<void>()
  const { ask, backend, runs } = await servedApp(
    async (req, res) => {
      const who = req.headers.cookie ?? 'nobody'
      await go.promise
      res.send(`for ${who}`)
    },
    { options: { ttl: '1m' } },
  )
  const first = ask('/a')
  await expect.poll(runs).toBe(1)
  const looks = backend.callCounts.get('get') ?? 0
  const second = ask('/a', { headers: { cookie: 'sid=alice' } })
  await expect.poll(() => backend.callCounts.get('get')).toBe(looks + 1)
  await turn()
  go.resolve()
  expect([(await first).body, (await second).body]).toEqual(['for nobody', 'for sid=alice'])
})

test('the fields of a 304 that is not to be stored are for whom it was asked', async () => {
  const go = Promise.withResolvers<void>()
  const { ask, middleware, clock, runs } = await servedApp(async (req, res) => {
    res.set('ETag', '"1"')
    if (req.headers['if-none-match'] === undefined) return void res.set('Cache-Control', 'max-age=1').send('text')
    await go.promise
    res.set({ 'Cache-Control': 'private', 'X-User': String(req.headers['x-name']) })
    res.status(304).end()
  })
  await ask('/a')
  clock.advanceMs(2_000)
  const first = ask('/a', { headers: { 'x-name': 'alice' } })
  await expect.poll(runs).toBe(2)
  const second = ask('/a', { headers: { 'x-name': 'bob' } })
  await expect.poll(() => middleware.stats().requests).toBe(3)
  await turn()
  go.resolve()
  expect((await first).headers['x-user']).toBe('alice')
  expect((await second).headers['x-user']).not.toBe('alice')
})

test('a 304 that adds Vary has the response told apart by it', async () => {
  const { ask, clock } = await servedApp((req, res) => {
    const isKnown = req.headers['if-none-match'] === '"1"' && req.headers['accept-language'] === 'en'
    res.set({ ETag: '"1"', 'Cache-Control': isKnown ? 'max-age=60' : 'max-age=1' })
    if (isKnown) res.set('Vary', 'Accept-Language').status(304).end()
    else res.send(`in ${req.headers['accept-language']}`)
  })
  const [en, de] = ['en', 'de'].map((language) => ({ headers: { 'accept-language': language } }))
  await ask('/a', en)
  clock.advanceMs(2_000)
  expect((await ask('/a', en)).body).toBe('in en')
  expect((await ask('/a', de)).body).toBe('in de')
})

test('in an outage all who ask at once get the stored response, not the first alone', async () => {
  let isDown = false
  let turnCount = 0
  const { ask, middleware, clock } = await servedApp(async (_req, res) => {
    const { requests } = middleware.stats()
    // Until the others have come, too, in the first run of each round.
    while (isDown && middleware.stats().requests < requests + 4 && turnCount++ < 10_000) await turn()
    if (isDown) res.status(503).send('away')
    else res.set('Cache-Control', 'max-age=1, stale-if-error=600').send('text')
  })
  await ask('/a')
  clock.advanceMs(2_000)
  isDown = true
  for (let round = 0; round < 2; round++) {
    turnCount = 0
    const all = await Promise.all(Array.from({ length: 5 }, () => ask('/a')))
    expect(all.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => 'text'))
  }
})
