/** Regression: a response that was not to be stored kept its URL from being stored for everybody for as long as it went on, as that of an event stream or to a client that does not read. */
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

test.each([
  { accept: 'text/plain', 'x-size': '1001' },
  { accept: 'text/event-stream' },
  { accept: 'text/html', cookie: 'sid=alice' },
])('what others ask for meanwhile is stored: %j', async (headers) => {
  const { ask, middleware, port, runs } = await servedApp(
    (req, res) => {
      res.vary('Accept')
      if (req.get('accept') === 'application/json')
        return void res.set('Cache-Control', 'max-age=60').json({ run: runs() })
      res.set('Cache-Control', req.get('accept') === 'text/event-stream' ? 'no-store' : 'max-age=60')
      res.write('x'.repeat(Number(req.get('x-size') ?? 10)))
    },
    { options: { maxBodyBytes: 1_000 } },
  )
  const open = await opened(port, '/a', headers)
  const json = { headers: { accept: 'application/json' } }
  expect((await ask('/a', json)).headers['cache-status']).toBe('Stowage; fwd=uri-miss; stored')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  expect(await ask('/a', json)).toMatchObject({ body: '{"run":2}' })
  expect([runs(), middleware.stats().hits]).toEqual([2, 1])
  // It is counted once.
  const { unstorable } = middleware.stats()
  expect(unstorable['no-store'] + unstorable.credentials + unstorable['too-large']).toBe(1)
  open.req.destroy()
  expect(await ask('/b', json)).toMatchObject({ body: '{"run":3}' })
  expect(middleware.stats()).toMatchObject({ unstorable, stored: 2 })
})
