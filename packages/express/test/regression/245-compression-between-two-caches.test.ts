/** Regression: with compression between two caches, what the outer one withheld from the client (as a 304 took its place) looked to compression as if its head were still to be sent: the second write threw, and the connection was cut. */

import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import compression from 'compression'
import { expect, onTestFinished, test } from 'vitest'
import { httpCache } from '../../src/http-cache.ts'
import { ResponseTap } from '../../src/response-tap.ts'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

test.each(['"1"', '"2"'])('a client that asks with %s gets its answer, and who follows it the whole', async (tag) => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 100 }), ttl: '1m' })
  onTestFinished(() => cache.close())
  const outer = httpCache({ cache, name: 'Outer' })
  const writes: ((text?: string) => void)[] = []
  const { ask, port, runs } = await servedApp(
    (_req, res) => {
      res.set({ 'Cache-Control': 'max-age=60', ETag: '"1"' }).type('text').write('one ')
      writes.push((text) => (text === undefined ? res.end() : res.write(text)))
    },
    { before: [outer, compression({ threshold: 0 })] },
  )
  const first = ask('/a', { headers: { 'if-none-match': tag } })
  await expect.poll(() => writes.length).toBe(1)
  const follower = await opened(port, '/a')
  for (const text of ['two', ' three', undefined]) writes[0]?.(text)
  expect(await first).toMatchObject(tag === '"1"' ? { status: 304, body: '' } : { status: 200, body: 'one two three' })
  expect(await follower.whole).toBe('one two three')
  await expect.poll(() => outer.stats().stored).toBe(1)
  expect((await ask('/a')).body).toBe('one two three')
  expect(runs()).toBe(1)
})

test('the inner one taken off leaves the outer one as it was', () => {
  const res = new ServerResponse(new IncomingMessage(new Socket()))
  const unwatched = { chunk: () => undefined, end: () => undefined, isNeeded: () => false, isBuffering: () => true }
  const watcher = { ...unwatched, isBehind: () => false, commit: () => 'hold' as const }
  const outer = new ResponseTap(res, watcher)
  const inner = new ResponseTap(res, watcher)
  inner.restore()
  res.write('withheld')
  expect(res.headersSent).toBe(true)
  outer.restore()
  expect(res.headersSent).toBe(false)
})
