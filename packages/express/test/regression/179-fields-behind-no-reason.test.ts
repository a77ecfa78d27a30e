/** Regression: of `res.writeHead(status, undefined, fields)` all fields were lost; at a route with a ttl a response that said `private` so was stored, and given to others. */
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

/** As proxies call it that hand on what HTTP/2 has not. */
function writeHead(res: ServerResponse, reason: null | undefined, fields: Record<string, string>): void {
  const method: unknown = Reflect.get(res, 'writeHead')
  if (typeof method === 'function') Reflect.apply(method, res, [200, reason, fields])
}

test.each([undefined, null])('fields behind a reason that is %s go out, and are heard', async (reason) => {
  const { ask, runs } = await servedApp(
    (_req, res) => {
      writeHead(res, reason, { 'Cache-Control': 'private', 'Content-Type': 'text/css' })
      res.end('for one')
    },
    { options: { ttl: '1m' } },
  )
  const { headers } = await ask('/a')
  expect(headers).toMatchObject({ 'cache-control': 'private', 'content-type': 'text/css' })
  expect((await ask('/a')).headers['cache-status']).toBe('Stowage; fwd=uri-miss; detail=private')
  expect(runs()).toBe(2)
})

test('where nothing is stored, too', async () => {
  const { ask } = await servedApp(
    (_req, res) => {
      writeHead(res, undefined, { Vary: 'Accept' })
      res.end('x')
    },
    { options: { vary: ['x-team'], bypass: () => true } },
  )
  expect((await ask('/a')).headers.vary).toBe('accept, x-team')
})
