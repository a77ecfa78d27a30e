/**
 * A cache mounted twice waited for itself, ten seconds a miss; two on one store kept the inner one from storing. And what passed by a route
 * with `vary` and `hideTags` went out without the one and with the others.
 */
import { httpCache } from '@stowage/express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('mounted twice, it is there once', async () => {
  const { app, ask, middleware } = await servedApp((_req, _res, next) => next())
  app.get('/a', middleware, (_req, res) => void res.set('Cache-Control', 'max-age=60').send('text'))
  expect((await ask('/a')).headers['cache-status']).toBe('Stowage; fwd=uri-miss; stored')
  expect((await ask('/a')).headers['cache-status']).toMatch(/^Stowage; hit/)
})

test('one of a route behind one of the app, on one store: each keeps what it is for', async () => {
  let runCount = 0
  const { app, ask, cache, clock } = await servedApp((_req, _res, next) => next())
  const route = httpCache({ cache, clock, name: 'route', ttl: '1m' })
  app.get('/a', route, (_req, res) => void res.send(`run ${++runCount}`))
  await ask('/a')
  expect((await ask('/a')).headers['cache-status']).toMatch(/^route; hit; ttl=60, Stowage; fwd=uri-miss/)
  expect([route.stats().faults, runCount]).toEqual([0, 1])
})

test.each(['HEAD', 'GET'])('what passes by says what it depends on, and keeps tags to itself: %s', async (method) => {
  const { ask } = await servedApp(
    (_req, res) => void res.set({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'inner' }).send('text'),
    { options: { vary: ['accept-language'], hideTags: true } },
  )
  const { headers } = await ask('/a', { method, headers: { 'cache-control': 'no-store' } })
  expect([headers.vary, headers['cache-tag']]).toEqual(['accept-language', undefined])
})
