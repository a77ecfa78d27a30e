/** Regression: a POST without a host, or with `Host: /`, whose answer has a Location was answered 500 after it was done, and ended the process where its client left before the end. */
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { rawly } from '../raw-client.ts'
import { counting, servedApp } from '../served-app.ts'

const pages = counting({ 'Cache-Control': 'max-age=60' })

test.each([
  ['HTTP/1.0 without a host', 'HTTP/1.0\r\n'],
  ['an empty one', 'HTTP/1.1\r\nHost:\r\nConnection: close\r\n'],
  ['a slash', 'HTTP/1.1\r\nHost: /\r\nConnection: close\r\n'],
])('%s: it is answered as it is, and what it changed is invalidated', async (_, head) => {
  const { port } = await servedApp((req, res, next) => {
    if (req.method === 'POST') res.redirect(303, '/b')
    else pages(req, res, next)
  })
  const read = async (path: string): Promise<string> => (await rawly(port, `GET ${path} ${head}\r\n`)).slice(-6)
  const before = [await read('/a'), await read('/b')]
  expect([await read('/a'), await read('/b')]).toEqual(before)
  expect(await rawly(port, `POST /a ${head}Content-Length: 0\r\n\r\n`)).toContain(' 303 See Other')
  const after = [await read('/a'), await read('/b')]
  for (const [at, body] of after.entries()) expect(body).not.toBe(before[at])
})

test('a client that leaves in the middle of such an answer harms nobody', async () => {
  const closed = Promise.withResolvers<void>()
  const { port, ask } = await servedApp((req, res, next) => {
    if (req.method === 'POST') {
      res.once('close', closed.resolve)
      res.status(201).location('/b').write('half')
    } else pages(req, res, next)
  })
  const answer = await opened(port, '/a', { host: '/' }, 'POST')
  answer.req.destroy()
  await closed.promise
  expect((await ask('/a')).status).toBe(200)
})
