/** Regression: where a middleware before the cache rewrote `req.url`, by a language or a tenant, what was made of one rewritten URL was given to those whose request was rewritten to another. */
import express, { type RequestHandler, Router } from 'express'
import { expect, test } from 'vitest'
import { httpCache } from '../../src/http-cache.ts'
import { rawly } from '../raw-client.ts'
import { servedApp } from '../served-app.ts'

const byLanguage: RequestHandler = (req, _res, next) => {
  const language = req.get('x-language')
  if (language !== undefined) req.url = `/${language}${req.url}`
  next()
}

test('each rewritten URL has a response of its own, and a change of the URL that was asked for goes for all', async () => {
  const { ask, runs } = await servedApp((req, res) => void res.set('Cache-Control', 'max-age=60').send(req.url), {
    before: [byLanguage],
  })
  for (let round = 0; round < 2; round++) {
    expect((await ask('/a?b', { headers: { 'x-language': 'de' } })).body).toBe('/de/a?b')
    expect((await ask('/a?b', { headers: { 'x-language': 'fr' } })).body).toBe('/fr/a?b')
    expect((await ask('/a?b')).body).toBe('/a?b')
    expect((await ask('/de/a?b')).body).toBe('/de/a?b')
  }
  expect(runs()).toBe(4)
  await ask('/a?b', { method: 'POST' })
  for (const language of ['de', 'fr']) await ask('/a?b', { headers: { 'x-language': language } })
  await ask('/de/a?b')
  expect(runs()).toBe(7)
})

test('a refresh behind finds the place of the response it refreshes', async () => {
  const { ask, clock, middleware } = await servedApp(
    (req, res) =>
      void res.set('Cache-Control', 'max-age=1, stale-while-revalidate=60').send(`${req.url} ${clock.nowMs()}`),
    { before: [byLanguage] },
  )
  const german = { headers: { 'x-language': 'de' } }
  const first = await ask('/a', german)
  clock.advanceMs(2_000)
  expect((await ask('/a', german)).body).toBe(first.body)
  await expect.poll(() => middleware.stats().stored).toBe(2)
  expect((await ask('/a', german)).body).toBe(`/de/a ${clock.nowMs()}`)
})

test.each(['/in', '/in/', '/in?a=/', '/in/?a', '/in/deep', '/in//a', '/in/deep/?u=1', 'http://h/in/deep', '/IN/a'])(
  '%s has one place, behind a mounted router as before it',
  async (target) => {
    const { app, cache, clock, port } = await servedApp((_req, _res, next) => next(), {
      options: { bypass: () => true, cacheStatus: false },
    })
    const inner = express()
    const router = Router()
    router.use('/deep', httpCache({ cache, clock, ignoreQuery: ['u'], cacheStatus: 'key' }))
    inner.use(router, httpCache({ cache, clock, cacheStatus: 'key' }))
    inner.use((_req, res) => void res.set('Cache-Control', 'max-age=60').send('x'))
    app.use('/in', inner)
    const answer = await rawly(port, `GET ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`)
    expect(answer).toContain('; key="')
    expect(answer).not.toContain('rewritten')
  },
)
