/** Regression: a client that left before its handler sent a file, piped, or looked whether it was there, or in the middle of it, left those who waited for the same without an end, or broke them off. */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

const BODY = 'a'.repeat(1_000_000)
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stowage-departure-'))
  await writeFile(join(folder, 'body.txt'), BODY)
})
afterAll(() => rm(folder, { recursive: true }))

function sendFile(res: Response): void {
  res.sendFile('body.txt', { root: folder, cacheControl: false })
}

/** @param begun to be called where the client is to leave */
type Send = (req: Request, res: Response, left: Promise<void>, begun: () => void) => unknown

const WAYS: Record<string, Send> = {
  'a file, afterwards': async (_req, res, left, begun) => {
    begun()
    await left
    sendFile(res)
  },
  'a file, meanwhile': async (_req, res, left, begun) => {
    const piped = Promise.withResolvers<Readable>()
    res.once('pipe', piped.resolve)
    sendFile(res)
    const source = (await piped.promise).pause()
    begun()
    await left
    source.resume()
  },
  'a pipeline, afterwards': async (_req, res, left, begun) => {
    begun()
    await left
    await pipeline(createReadStream(join(folder, 'body.txt')), res)
  },
  'one that looks at the response': async (_req, res, left, begun) => {
    begun()
    await left
    if (!res.destroyed && !res.closed && res.socket?.writable === true) res.end(BODY)
  },
  'one that listens to the request': async (req, res, left, begun) => {
    let isGone = false
    begun()
    req.once('close', () => (isGone = true))
    res.write(BODY.slice(1))
    await left
    if (!isGone && !req.destroyed && !req.socket.destroyed) res.end('a')
  },
}

test.each(Object.entries(WAYS))('%s: the others have all of it', async (_, send) => {
  const left = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const { ask, port, runs, middleware } = await servedApp(async (req, res) => {
    req.socket.once('close', left.resolve)
    res.set('Cache-Control', 'max-age=60')
    await send(req, res, left.promise, begun.resolve)
  })
  const leaving = new AbortController()
  const leader = fetch(`http://127.0.0.1:${port}/a`, { signal: leaving.signal })
  await expect.poll(runs).toBe(1)
  const followers = [ask('/a'), ask('/a')]
  await expect.poll(() => middleware.stats().requests).toBe(3)
  await begun.promise
  leaving.abort()
  await leader.catch(() => undefined)
  for (const { body } of await Promise.all(followers)) expect(body === BODY).toBe(true)
  expect((await ask('/a')).headers['cache-status']).toMatch(/hit/)
  expect(runs()).toBe(1)
})

test('once nobody waits any more, the handler sees that its client has left', async () => {
  const told: unknown[] = []
  let isLeft = false
  const { port } = await servedApp((req, res) => {
    req.socket.once('close', () => (isLeft = true))
    for (const each of [req, res]) each.once('close', () => told.push(each.destroyed && each.socket?.destroyed))
    res.set('Cache-Control', 'max-age=60').write('first,')
  })
  const leader = await opened(port, '/a')
  const follower = await opened(port, '/a')
  leader.req.destroy()
  await expect.poll(() => isLeft).toBe(true)
  expect(told).toEqual([])
  follower.req.destroy()
  await expect.poll(() => told).toEqual([true, true])
})

test.each<[string, (req: Request) => unknown]>([
  ['the connection', (req) => req.socket.destroy()],
  ['the request', (req) => req.destroy()],
])('a handler that breaks off %s breaks it off for those who wait', async (_, breakOff) => {
  const { port, runs } = await servedApp((req, res) => {
    res.set('Cache-Control', 'max-age=60').write('first,')
    req.socket.once('close', () => setImmediate(() => breakOff(req)))
  })
  const leader = await opened(port, '/a')
  const follower = await opened(port, '/a')
  leader.req.destroy()
  await expect(follower.whole).rejects.toThrow('aborted')
  expect(runs()).toBe(1)
})
