import type { RequestHandler } from 'express'
import { describe, expect, test } from 'vitest'
import { counting, servedApp } from './served-app.ts'

async function isStored(fields: Record<string, string>, status = 200, headers = {}): Promise<boolean> {
  const { ask, runs } = await servedApp(counting(fields, status))
  const first = await ask('/a', { headers })
  const second = await ask('/a')
  expect(second.status).toBe(status)
  expect(second.body === first.body).toBe(runs() === 1)
  return runs() === 1
}

describe('stored', () => {
  test.each([
    [{ 'Cache-Control': 'max-age=60' }, 200],
    [{ 'Cache-Control': 's-maxage=60, max-age=0' }, 200],
    [{ Expires: 'Thu, 01 Jan 2026 01:00:00 GMT' }, 200],
    [{ 'CDN-Cache-Control': 'max-age=60', 'Cache-Control': 'no-store' }, 200],
    [{ 'Cache-Control': 'max-age=60' }, 404],
    [{ 'Cache-Control': 'max-age=60, no-store, must-understand' }, 200],
  ])('%j %i', async (fields, status) => {
    expect(await isStored(fields, status)).toBe(true)
  })

  test('for a request with Authorization only by permission', async () => {
    const headers = { authorization: 'Basic eA==' }
    expect(await isStored({ 'Cache-Control': 'max-age=60' }, 200, headers)).toBe(false)
    expect(await isStored({ 'Cache-Control': 'max-age=60, public' }, 200, headers)).toBe(true)
    expect(await isStored({ 'Cache-Control': 's-maxage=60' }, 200, headers)).toBe(true)
    expect(await isStored({ 'Cache-Control': 'max-age=60, must-revalidate' }, 200, headers)).toBe(true)
  })

  test('for a request with a Cookie only by permission', async () => {
    const headers = { cookie: 'session=1' }
    expect(await isStored({ 'Cache-Control': 'max-age=60' }, 200, headers)).toBe(false)
    expect(await isStored({ 'Cache-Control': 'max-age=60, public' }, 200, headers)).toBe(true)
  })
})

describe('not stored', () => {
  test.each([
    [{}, 200],
    [{ 'Cache-Control': 'no-store, max-age=60' }, 200],
    [{ 'Cache-Control': 'private, max-age=60' }, 200],
    [{ 'Cache-Control': 'PRIVATE, max-age=60' }, 200],
    [{ 'Cache-Control': 'private="", max-age=60' }, 200],
    [{ 'Cache-Control': 'max-age=60', 'Set-Cookie': 'a=b' }, 200],
    [{ 'Cache-Control': 'max-age=60', Vary: '*' }, 200],
    [{ 'CDN-Cache-Control': 'private', 'Cache-Control': 'max-age=60' }, 200],
    [{ 'Cache-Control': 'max-age=60', Age: '60' }, 200],
    [{ 'Cache-Control': 'max-age=60' }, 206],
    [{}, 500],
  ])('%j %i', async (fields, status) => {
    expect(await isStored(fields, status)).toBe(false)
  })

  test('W2: when a session below sets its cookie as the head goes out', async () => {
    const session: RequestHandler = (_req, res, next) => {
      const writeHead: unknown = Reflect.get(res, 'writeHead')
      res.writeHead = (...args: readonly unknown[]) => {
        res.setHeader('Set-Cookie', 'session=own')
        if (typeof writeHead === 'function') Reflect.apply(writeHead, res, args)
        return res
      }
      next()
    }
    const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }), { before: [session] })
    expect((await ask('/a')).headers['set-cookie']).toEqual(['session=own'])
    await ask('/a')
    expect(runs()).toBe(2)
  })

  test('an error page that still has the Cache-Control of the page that failed', async () => {
    const { ask, runs } = await servedApp((_req, res) => {
      res.setHeader('Cache-Control', 'public, max-age=60')
      throw Object.assign(new Error('failed'), { status: 500, expose: false, stack: '' })
    })
    expect((await ask('/a')).status).toBe(500)
    await ask('/a')
    expect(runs()).toBe(2)
  })

  test('the answer to a HEAD, to be that of a GET', async () => {
    const { ask } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }))
    await ask('/a', { method: 'HEAD' })
    expect((await ask('/a')).body).toBe('run 2')
  })

  test('nor the bare head a handler answers it with', async () => {
    const { ask } = await servedApp((req, res) => {
      res.set('Cache-Control', 'max-age=60')
      if (req.method === 'HEAD') res.end()
      else res.end('whole')
    })
    await ask('/a', { method: 'HEAD' })
    expect((await ask('/a')).body).toBe('whole')
  })
})

test('fields of the connection are not kept', async () => {
  const fields = {
    'Cache-Control': 'max-age=60',
    Connection: 'x-own',
    'X-Own': '1',
    'Proxy-Authenticate': 'Basic',
    'X-Kept': '1',
  }
  const { ask } = await servedApp(counting(fields))
  await ask('/a')
  const { headers } = await ask('/a')
  expect(headers['x-kept']).toBe('1')
  expect(headers['x-own']).toBeUndefined()
  expect(headers['proxy-authenticate']).toBeUndefined()
})

test('what middlewares before it set is theirs, at each request', async () => {
  let count = 0
  const { ask } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }), {
    before: [
      (_req, res, next) => {
        res.setHeader('X-Request-Id', `${++count}`)
        next()
      },
    ],
  })
  await ask('/a')
  const second = await ask('/a')
  expect(second.body).toBe('run 1')
  expect(second.headers['x-request-id']).toBe('2')
})

test('the ttl of a route counts from when the response came, whatever its age', async () => {
  const { ask, clock, runs } = await servedApp(counting({ Age: '30' }), { options: { ttl: '60s' } })
  await ask('/a')
  clock.advanceMs(59_000)
  expect((await ask('/a')).headers.age).toBe('89')
  clock.advanceMs(1_000)
  await ask('/a')
  expect(runs()).toBe(2)
})
