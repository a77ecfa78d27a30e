/**
 * The end of an answer to an unsafe request waited for its invalidation, so that a handler that failed after its answer ended the
 * process, a second answer replaced the first, and one that was streamed to a client that left invalidated nothing.
 */
import { request } from 'node:http'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test.each([
  [() => undefined, { status: 201, body: '{"id":1}' }],
  [
    () => {
      throw new Error('the audit log is away')
    },
    { status: 201, body: '{"id":1}' },
  ],
])('what is done after the answer changes nothing of it: %s', async (afterwards, expected) => {
  let version = 1
  const { app, ask, backend } = await servedApp(async (req, res) => {
    res.set('Cache-Control', 'max-age=60')
    if (req.method === 'GET') return void res.send(`version ${version}`)
    version++
    res.status(201).json({ id: 1 })
    // A second answer finds the first one sent.
    expect(() => res.json({ id: 2 })).toThrow('after they are sent')
    afterwards()
  })
  app.set('env', 'test')
  await ask('/a')
  expect(await ask('/a', { method: 'POST', body: 'unread' })).toMatchObject(expected)
  expect(backend.callCounts.get('invalidate')).toBe(1)
  expect((await ask('/a')).body).toBe('version 2')
})

test('a client that leaves in the middle of the answer has changed it all the same', async () => {
  let version = 1
  const { ask, backend, port } = await servedApp((req, res) => {
    res.set('Cache-Control', 'max-age=60')
    if (req.method === 'GET') return void res.send(`version ${version}`)
    version++
    res.write('and so on')
  })
  await ask('/a')
  const sent = request({ host: '127.0.0.1', port, path: '/a', method: 'POST', agent: false }, () => sent.destroy())
  sent.on('error', () => undefined).end()
  await expect.poll(() => backend.callCounts.get('invalidate')).toBe(1)
  expect((await ask('/a')).body).toBe('version 2')
})
