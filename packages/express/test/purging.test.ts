import { purgeRouter } from '@stowage/express'
import { expect, test } from 'vitest'
import { counting, servedApp } from './served-app.ts'

test('invalidates by POST with authorisation only', async () => {
  const { app, ask, cache } = await servedApp(counting({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'a' }), {
    before: [
      (req, res, next) => {
        if (req.path !== '/purge') next()
        else void purge(req, res, next)
      },
    ],
  })
  const purge = purgeRouter({ cache, authorize: (req) => req.headers.authorization === 'Bearer right' })
  expect(app).toBeDefined()
  const right = { authorization: 'Bearer right', 'content-type': 'application/json' }
  const body = JSON.stringify({ tags: ['a'] })
  await ask('/a')
  expect((await ask('/purge', { headers: right })).status).toBe(405)
  expect((await ask('/purge', { method: 'PURGE', headers: right })).status).toBe(405)
  expect((await ask('/purge', { method: 'POST', body })).status).toBe(403)
  for (const bad of ['', '{', '[]', '{"tags":[]}', '{"tags":["a"],"all":true}', '{"all":false}', '{"prefix":""}']) {
    expect((await ask('/purge', { method: 'POST', headers: right, body: bad })).status, bad.slice(0, 40)).toBe(400)
  }
  expect((await ask('/a')).body).toBe('run 1')
  expect(await ask('/purge', { method: 'POST', headers: right, body })).toMatchObject({ status: 204, body: '' })
  expect((await ask('/a')).body).toBe('run 2')
})
