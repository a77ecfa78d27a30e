import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { packResponse } from '../src/stored-response.ts'
import { counting, servedApp } from './served-app.ts'

/** Echoes what an attacker could send and a victim would not. */
const ECHO = 'Cache-Control'
const FRESH = { [ECHO]: 'max-age=60' }

test('W4: with a ttl of the route, requests with credentials neither fill the cache nor are answered from it', async () => {
  const { ask } = await servedApp(
    (req, res) => {
      res.send(`for ${req.headers.cookie ?? req.headers.authorization ?? 'nobody'}`)
    },
    { options: { ttl: '1m' } },
  )
  expect((await ask('/a', { headers: { cookie: 'me' } })).body).toBe('for me')
  expect((await ask('/a')).body).toBe('for nobody')
  expect((await ask('/a', { headers: { cookie: 'me' } })).body).toBe('for me')
  expect((await ask('/a', { headers: { authorization: 'Basic eA==' } })).body).toBe('for Basic eA==')
  expect((await ask('/a')).headers['cache-status']).toMatch(/hit/)
})

test('W4: a partition keeps users apart, and stores for them', async () => {
  const { ask, runs } = await servedApp((req, res) => void res.send(`for ${req.headers.cookie}`), {
    options: { ttl: '1m', partition: (req) => req.headers.cookie },
  })
  for (const cookie of ['me', 'you', 'me', 'you']) {
    expect((await ask('/a', { headers: { cookie } })).body).toBe(`for ${cookie}`)
  }
  expect(runs()).toBe(2)
})

test('W5: nothing is stored for what its path looks like, and paths are told apart as they came', async () => {
  const plain = await servedApp(counting({}))
  for (const path of ['/account/x.css', '/account;x.css', '/account%2fx.css', '/static/..%2faccount.js']) {
    await plain.ask(path)
    await plain.ask(path)
  }
  expect(plain.runs()).toBe(8)
  const { ask, runs } = await servedApp((req, res) => void res.set(FRESH).send(req.originalUrl))
  const paths = ['/a/b', '/a%2fb', '/a%2Fb', '/a/./b', '/A/b', '/a/b/', '/a//b', '/a/b;c', '/a/b%3fc', '/a/b?c']
  for (const path of [...paths, ...paths]) expect((await ask(path)).body).toBe(path)
  expect(runs()).toBe(paths.length)
})

describe('W6: a request field that handlers echo cannot be planted in the answers of others', () => {
  const names = [
    'host',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-port',
    'x-forwarded-prefix',
    'x-forwarded-server',
    'x-host',
    'x-original-url',
    'x-rewrite-url',
    'x-http-method-override',
    'x-http-method',
    'x-method-override',
  ]
  test.each(names.flatMap((name) => [[name, false] as const, [name, true] as const]))(
    '%s, trust proxy %s',
    async (name, trustProxy) => {
      const { ask } = await servedApp(
        (req, res) => void res.set(FRESH).send(`echo ${String(req.headers[name])} ${req.host}`),
        {
          trustProxy,
        },
      )
      expect((await ask('/a', { headers: { [name]: 'evil.example' } })).body).toContain('evil')
      expect((await ask('/a')).body).not.toContain('evil')
      expect((await ask('/a')).headers['cache-status']).toMatch(/hit/)
    },
  )

  test('Forwarded, but not for the addresses in it', async () => {
    const { ask, runs } = await servedApp((req, res) => void res.set(FRESH).send(`echo ${req.headers.forwarded}`))
    await ask('/a', { headers: { forwarded: 'for=1.2.3.4;host=evil.example' } })
    expect((await ask('/a')).body).toBe('echo undefined')
    await ask('/a', { headers: { forwarded: 'for=1.2.3.4' } })
    await ask('/a', { headers: { forwarded: 'for=5.6.7.8' } })
    expect(runs()).toBe(2)
  })

  test('strictUnkeyed tells of the others, and stores nothing made of them', async () => {
    const { ask, middleware, runs } = await servedApp(
      (req, res) => {
        const { pathname } = new URL(req.url, 'http://localhost')
        if (pathname === '/reads') res.set(FRESH).send(`echo ${req.get('x-theme')}`)
        else if (pathname === '/varies') res.set({ ...FRESH, Vary: 'X-Theme' }).send(`echo ${req.get('x-theme')}`)
        else res.set(FRESH).json({ plain: true })
      },
      { options: { strictUnkeyed: true } },
    )
    const told: unknown[] = []
    middleware.on('unkeyed', (event) => told.push(event))
    for (const path of ['/reads', '/varies', '/plain']) {
      await ask(path)
      await ask(path)
    }
    expect(runs()).toBe(4)
    expect(told).toEqual([
      { url: '/reads', names: ['x-theme'] },
      { url: '/reads', names: ['x-theme'] },
    ])
  })
})

describe('W7: what is not the whole of a GET is never stored as that', () => {
  test('a GET with a body passes by', async () => {
    const { ask, runs } = await servedApp(counting(FRESH))
    await ask('/a', { body: 'x', headers: { 'content-length': '1' } })
    await ask('/a', { body: 'x', headers: { 'transfer-encoding': 'chunked' } })
    expect((await ask('/a')).body).toBe('run 3')
    expect((await ask('/a', { body: 'x', headers: { 'content-length': '1' } })).body).toBe('run 4')
    expect(runs()).toBe(4)
  })

  test('a part', async () => {
    const { ask } = await servedApp((req, res) => {
      res.set(FRESH)
      if (req.headers.range === undefined) res.send('whole')
      else res.status(206).set('Content-Range', 'bytes 0-1/5').send('wh')
    })
    expect((await ask('/a', { headers: { range: 'bytes=0-1' } })).status).toBe(206)
    expect(await ask('/a')).toMatchObject({ status: 200, body: 'whole' })
  })

  test('a 304 to the condition of a client: the whole is asked for, and the client told what it wants to know', async () => {
    const { ask, runs } = await servedApp((_req, res) => void res.set({ ...FRESH, ETag: '"1"' }).send('whole'))
    expect(await ask('/a', { headers: { 'if-none-match': '"1"' } })).toMatchObject({ status: 304, body: '' })
    expect(await ask('/a')).toMatchObject({ status: 200, body: 'whole' })
    expect(runs()).toBe(1)
  })
})

test('W8: names of Vary in any case and number of lines, and of odd kinds', async () => {
  const { ask, runs } = await servedApp((req, res) => {
    res.set(FRESH).appendHeader('Vary', ' X-ONE ,x-two').appendHeader('Vary', '__proto__, constructor')
    res.send(`${String(req.headers['x-one'])}|${String(req.headers['x-two'])}`)
  })
  const asks = [{ 'x-one': 'a', 'x-two': 'b' }, { 'x-one': 'a,b' }, { 'x-two': 'a,b' }, {}, { 'x-one': '' }]
  const bodies = ['a|b', 'a,b|undefined', 'undefined|a,b', 'undefined|undefined', '|undefined']
  for (let round = 0; round < 2; round++) {
    for (const [at, headers] of asks.entries()) expect((await ask('/a', { headers })).body).toBe(bodies[at])
  }
  expect(runs()).toBe(5)
})

test('W9: an error that a request provokes is not stored for others', async () => {
  const { ask } = await servedApp((req, res) => {
    res.set('Cache-Control', 'public, max-age=60')
    if (req.headers['x-odd'] !== undefined) res.status(400).send('odd')
    else res.send('fine')
  })
  expect((await ask('/a', { headers: { 'x-odd': '1' } })).status).toBe(400)
  expect(await ask('/a')).toMatchObject({ status: 200, body: 'fine' })
})

test('W10: queries are told apart as they came, but for parameters that are said to make no difference', async () => {
  const { ask, runs } = await servedApp((req, res) => void res.set(FRESH).send(req.originalUrl), {
    options: { ignoreQuery: ['utm_source'] },
  })
  const paths = [
    '/?a=1&b=2',
    '/?b=2&a=1',
    '/?a=1&a=2',
    '/?a=%26',
    '/?a=&',
    '/?a=1;b=2',
    '/?A=1',
    '/?a=+',
    '/?a=%20',
    '/?',
    '/',
  ]
  for (const path of [...paths, ...paths]) expect((await ask(path)).body).toBe(path)
  expect(runs()).toBe(paths.length)
  expect((await ask('/?a=1&utm_source=x&b=2')).body).toBe('/?a=1&b=2')
  expect((await ask('/?utm_source=x')).body).toBe('/')
})

test('W11: a stored field that would split the answer is a miss', async () => {
  const { ask, cache } = await servedApp(counting(FRESH))
  await ask('/a')
  const life = {
    responseAtMs: 0,
    initialAgeMs: 0,
    freshMs: 1e15,
    staleWhileRevalidateMs: 0,
    staleIfErrorMs: 0,
    mustRevalidate: false,
    noCache: false,
    notFor: [],
  }
  for (const [at, field] of [
    ['X-A', 'a\r\nSet-Cookie: evil=1'],
    ['X-A\r\nSet-Cookie', '1'],
    ['X A', '1'],
  ].entries()) {
    for await (const key of cache.keys()) {
      const [name = '', value = ''] = field
      await cache.set(
        key,
        packResponse({
          status: 200,
          fields: [[name, value]],
          life,
          nonce: undefined,
          tags: [],
          body: Buffer.from('evil'),
        }),
      )
    }
    const answer = await ask('/a')
    expect(answer).toMatchObject({ status: 200, body: `run ${at + 2}` })
    expect(answer.headers['set-cookie']).toBeUndefined()
  }
})

test('W12: a request that names its origin in full has a response of its own; one that names another is nobody else’s', async () => {
  const { port, runs } = await servedApp((req, res) => void res.set(FRESH).send(`at ${req.originalUrl}`))
  const host = `127.0.0.1:${port}`
  const head = (target: string, more = ''): string =>
    `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`
  expect(await raw(port, head('/a'))).toContain('at /a')
  // Handlers echo what they are asked by.
  expect(await raw(port, head(`http://${host}/a`))).toContain(`at http://${host}/a`)
  expect(await raw(port, head(`http://${host}/a`))).toContain('hit')
  expect(await raw(port, head('http://evil.example/a'))).toContain('at http://evil.example/a')
  expect(await raw(port, head('/a'))).toMatch(/hit[\s\S]*at \/a/)
  expect(runs()).toBe(3)
})

test('W12: a Host that goes on where a key of the route ends is another place', async () => {
  const { port } = await servedApp((req, res) => void res.set(FRESH).send(`for ${String(req.query['k'])}`), {
    options: { key: ({ query }) => String(query['k']) },
  })
  const get = (k: string, host: string): Promise<string> =>
    raw(port, `GET /?k=${encodeURIComponent(k)} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  expect(await get('/a http://x', 'h')).toContain('for /a http://x')
  expect(await get('/a', 'x http://h')).toMatch(/for \/a$/)
})

test('W12: two Host fields fill nothing', async () => {
  const { port, ask } = await servedApp(
    (req, res) => void res.set(FRESH).send(`hosts ${String(req.headersDistinct['host'])}`),
  )
  await raw(port, `GET /a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
  expect((await ask('/a')).body).not.toContain('evil')
})

/** The bytes of an answer to these bytes. */
function raw(port: number, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  let answer = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(text))
  socket.setEncoding('utf8')
  socket.on('data', (part: string) => {
    answer += part
  })
  socket.on('end', () => resolve(answer))
  socket.on('error', reject)
  return promise
}
