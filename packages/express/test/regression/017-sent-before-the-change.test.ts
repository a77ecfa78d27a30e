/**
 * The answer to an unsafe request went out before its invalidation was done: Node uncorks a connection in full at the end of each
 * response, and one that was pipelined behind another had no socket yet to be held back on.
 */
import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const GET_SLOW = 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n'
const POST = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'
const LAST_POST = 'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
const STREAMED = 'POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'
const INVALIDATION_MS = 500

async function connected() {
  const go = Promise.withResolvers<void>()
  const served = await servedApp(async (req, res) => {
    if (req.path === '/slow') await go.promise
    if (req.path === '/streamed') res.write('in parts: ')
    res.end(req.path === '/slow' ? 'slow' : 'changed')
    if (req.path === '/broken-off') req.socket.destroy()
  })
  served.backend.inject('invalidate', { kind: 'late', delayMs: INVALIDATION_MS })
  const client: Socket = connect(served.port, '127.0.0.1')
  onTestFinished(() => void client.destroy())
  let text = ''
  client.setEncoding('latin1').on('data', (chunk) => {
    text += String(chunk)
  })
  return { ...served, client, go, text: () => text }
}

test.each([
  ['alone', [POST], ['changed']],
  ['alone, the last on its connection', [LAST_POST], ['changed']],
  ['behind one that is being answered', [GET_SLOW, POST], ['slow', 'changed']],
  ['before one that is answered later', [POST, GET_SLOW], ['changed', 'slow']],
  ['behind another change', [POST, POST, STREAMED], ['changed', 'changed', 'changed']],
])('a change %s', async (_, requests, answers) => {
  const { client, backend, runs, go, clock, text } = await connected()
  client.write(requests.join(''))
  await expect.poll(runs).toBe(requests.length)
  const changeCount = requests.filter((each) => each !== GET_SLOW).length
  await expect.poll(() => backend.callCounts.get('invalidate')).toBe(changeCount)
  go.resolve()
  for (let turns = 0; turns < 50; turns++) await turn()
  expect(text()).not.toContain('changed')
  clock.advanceMs(INVALIDATION_MS)
  await expect.poll(() => text().match(/slow|changed/g)).toEqual(answers)
  // The connection goes on as ever.
  if (requests[0] === LAST_POST) return
  client.write(GET_SLOW)
  await expect.poll(() => text().match(/slow|changed/g)).toEqual([...answers, 'slow'])
})

test('of two changes, neither goes out before both are done', async () => {
  const { client, backend, clock, text } = await connected()
  client.write(POST)
  await expect.poll(() => backend.callCounts.get('invalidate')).toBe(1)
  clock.advanceMs(INVALIDATION_MS / 2)
  client.write(POST)
  await expect.poll(() => backend.callCounts.get('invalidate')).toBe(2)
  clock.advanceMs(INVALIDATION_MS / 2)
  for (let turns = 0; turns < 50; turns++) await turn()
  expect(text()).toBe('')
  clock.advanceMs(INVALIDATION_MS / 2)
  await expect.poll(() => text().match(/changed/g)).toEqual(['changed', 'changed'])
})

test('who breaks the connection off after the answer does so after it has gone out', async () => {
  const { client, backend, clock, server, text } = await connected()
  server.keepAliveTimeout = 0
  const ended = Promise.withResolvers<void>()
  client.on('end', () => ended.resolve())
  client.write(POST.replace('/a', '/broken-off'))
  await expect.poll(() => backend.callCounts.get('invalidate')).toBe(1)
  clock.advanceMs(INVALIDATION_MS)
  await ended.promise
  expect(text()).toMatch(/changed$/)
})

test('a client that leaves meanwhile harms nobody', async () => {
  const { client, backend, server, clock, ask } = await connected()
  client.write(STREAMED)
  await expect.poll(() => backend.callCounts.get('invalidate')).toBe(1)
  client.destroy()
  clock.advanceMs(INVALIDATION_MS)
  const { promise, resolve } = Promise.withResolvers<number>()
  const count = (): void => {
    server.getConnections((_, open) => (open === 0 ? resolve(open) : setImmediate(count)))
  }
  count()
  expect(await promise).toBe(0)
  expect((await ask('/a')).body).toBe('changed')
})
