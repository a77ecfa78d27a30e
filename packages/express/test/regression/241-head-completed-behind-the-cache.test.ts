/** Regression: what a middleware behind the cache adds as the head goes out (`on-headers`, sessions) was not looked at, where the handler writes no head by hand: at a route with a ttl a response that became `private` so was stored, and given to others. */
import type { Request, RequestHandler, Response } from 'express'
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

/** As `on-headers` does. */
function asItGoesOut(change: (req: Request, res: Response) => void): RequestHandler {
  return (req, res, next) => {
    const writeHead: unknown = Reflect.get(res, 'writeHead')
    res.writeHead = () => {
      change(req, res)
      if (typeof writeHead === 'function') Reflect.apply(writeHead, res, [res.statusCode])
      return res
    }
    next()
  }
}

const own: Record<string, RequestHandler> = {
  'sent at once': (req, res) => void res.send(req.get('x-user')),
  written: (req, res) => void res.write(req.get('x-user')),
  'begun by its head': (_req, res) => void res.flushHeaders(),
}

const additions: Record<string, (req: Request, res: Response) => void> = {
  private: (_req, res) => void res.setHeader('Cache-Control', 'private'),
  'with a cookie': (req, res) => void res.appendHeader('Set-Cookie', `session=${req.get('x-user')}`),
  'another one for each user': (_req, res) => void res.setHeader('Vary', 'X-User'),
  'an error': (_req, res) => void res.status(503),
}

test.each(Object.keys(additions).flatMap((addition) => Object.keys(own).map((how) => [addition, how] as const)))(
  'what becomes %s as its head goes out, %s, reaches nobody else',
  async (addition, how) => {
    const ends: (() => void)[] = []
    const { port } = await servedApp(
      (req, res, next) => {
        own[how]?.(req, res, next)
        if (!res.writableEnded) ends.push(() => res.end(` for ${req.get('x-user')}`))
      },
      { options: { ttl: '1m' }, after: [asItGoesOut((req, res) => additions[addition]?.(req, res))] },
    )
    const askAs = (user: string): ReturnType<typeof opened> => opened(port, '/a', { 'x-user': user })
    const [ann, bob] = [await askAs('ann'), await askAs('bob')]
    for (const end of ends.splice(0)) end()
    expect([await ann.whole, await bob.whole]).toEqual([expect.stringContaining('ann'), expect.stringContaining('bob')])
    const cyd = await askAs('cyd')
    for (const end of ends) end()
    expect(await cyd.whole).toContain('cyd')
  },
)

test('it is added once, to a head with the length of what is sent at once', async () => {
  const { ask } = await servedApp((_req, res) => void res.end('ann'), {
    after: [asItGoesOut((_req, res) => void res.appendHeader('X-Added', 'once'))],
  })
  expect((await ask('/a')).headers).toMatchObject({ 'x-added': 'once', 'content-length': '3' })
})

test('one that fails there does so to the handler, whose error page has what it adds', async () => {
  let count = 0
  const add = asItGoesOut((_req, res) => {
    if (++count === 1) throw new Error('no session')
    res.setHeader('X-Added', 'later')
  })
  const { ask } = await servedApp((_req, res) => void res.set('Cache-Control', 'max-age=60').end('ann'), {
    after: [add],
  })
  const answer = await ask('/a')
  expect([answer.status, answer.headers['x-added']]).toEqual([500, 'later'])
})

test('what it adds to the answer that something stored still holds is the answer’s', async () => {
  const { ask, clock, runs } = await servedApp((_req, res) => void res.set('Cache-Control', 'max-age=60').send('ann'), {
    after: [asItGoesOut((_req, res) => void res.setHeader('X-Run', String(runs())))],
  })
  await ask('/a')
  clock.advanceMs(60_000)
  const renewed = await ask('/a')
  expect([renewed.status, renewed.headers['x-run']]).toEqual([200, '2'])
  expect((await ask('/a')).headers['x-run']).toBe('2')
})
