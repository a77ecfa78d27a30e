import { describe, expect, test } from 'vitest'
import { counting, servedApp } from './served-app.ts'

describe('a fresh response', () => {
  test('is served with its age, its date and what was done', async () => {
    const { ask, clock, runs } = await servedApp(
      counting({ 'Cache-Control': 'max-age=60', 'Cache-Status': 'behind; hit' }),
    )
    const first = await ask('/a')
    expect(first.headers['cache-status']).toBe('behind; hit, Stowage; fwd=uri-miss; stored')
    clock.advanceMs(59_999)
    const second = await ask('/a')
    expect(second.body).toBe('run 1')
    expect(second.headers).toMatchObject({ age: '59', date: first.headers.date, 'content-length': '5' })
    expect(second.headers['cache-status']).toBe('behind; hit, Stowage; hit; ttl=0')
    clock.advanceMs(1)
    expect((await ask('/a')).headers['cache-status']).toMatch(/fwd=stale/)
    expect(runs()).toBe(2)
  })

  test('answers a HEAD', async () => {
    const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }))
    await ask('/a')
    const head = await ask('/a', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(head.headers['content-length']).toBe('5')
    expect(runs()).toBe(1)
  })

  test('answers whether it has changed', async () => {
    const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60', ETag: '"1"' }))
    await ask('/a')
    for (const tag of ['"1"', 'W/"1"', '"0", "1"', '*']) {
      const answer = await ask('/a', { headers: { 'if-none-match': tag } })
      expect(answer, tag).toMatchObject({ status: 304, body: '' })
      expect(answer.headers.etag).toBe('"1"')
      expect(answer.headers['content-length']).toBeUndefined()
    }
    expect((await ask('/a', { headers: { 'if-none-match': '"2"' } })).status).toBe(200)
    expect(runs()).toBe(1)
  })

  test('gives a part of itself', async () => {
    const { ask } = await servedApp(counting({ 'Cache-Control': 'max-age=60', ETag: '"1"' }))
    await ask('/a')
    const part = await ask('/a', { headers: { range: 'bytes=1-2' } })
    expect(part).toMatchObject({ status: 206, body: 'un' })
    expect(part.headers['content-range']).toBe('bytes 1-2/5')
    expect((await ask('/a', { headers: { range: 'bytes=-1' } })).body).toBe('1')
    expect((await ask('/a', { headers: { range: 'bytes=9-' } })).status).toBe(416)
    expect((await ask('/a', { headers: { range: 'bytes=0-0', 'if-range': '"2"' } })).body).toBe('run 1')
    expect((await ask('/a', { headers: { range: 'bytes=0-0', 'if-range': '"1"' } })).body).toBe('r')
  })

  test('is passed over as the request says', async () => {
    const { ask, clock, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }))
    await ask('/a')
    clock.advanceMs(30_000)
    await ask('/a', { headers: { 'cache-control': 'max-age=30' } })
    expect(runs()).toBe(1)
    for (const [count, said] of ['no-cache', 'no-store', 'min-fresh=61'].entries()) {
      await ask('/a', { headers: { 'cache-control': said } })
      expect(runs(), said).toBe(count + 2)
    }
    expect((await ask('/other', { headers: { 'cache-control': 'only-if-cached' } })).status).toBe(504)
  })
})

describe('a stale response', () => {
  test('is asked about, and kept with the new fields when it holds', async () => {
    let count = 0
    const { ask, clock } = await servedApp((req, res) => {
      res.set({ 'Cache-Control': 'max-age=60', ETag: '"1"', 'X-Run': `${++count}` })
      if (req.headers['if-none-match'] === '"1"') res.status(304).end()
      else res.send('whole')
    })
    await ask('/a')
    clock.advanceMs(60_000)
    const second = await ask('/a')
    expect(second).toMatchObject({ status: 200, body: 'whole' })
    expect(second.headers['x-run']).toBe('2')
    clock.advanceMs(59_000)
    expect((await ask('/a')).headers).toMatchObject({ 'x-run': '2', age: '59' })
    expect(count).toBe(2)
  })

  test('stands in for a handler that fails, as long as it may', async () => {
    let fails = false
    const { ask, clock } = await servedApp((req, res) => {
      if (fails) throw Object.assign(new Error('failed'), { stack: '' })
      res.set('Cache-Control', req.path === '/strict' ? 'max-age=60, must-revalidate' : 'max-age=60, stale-if-error=30')
      res.send('whole')
    })
    await ask('/a')
    await ask('/strict')
    fails = true
    clock.advanceMs(89_999)
    expect(await ask('/a')).toMatchObject({ status: 200, body: 'whole' })
    expect((await ask('/strict')).status).toBe(500)
    clock.advanceMs(1)
    expect((await ask('/a')).status).toBe(500)
  })

  test('is served while one refresh runs behind', async () => {
    const refresh = Promise.withResolvers<void>()
    let count = 0
    const { ask, clock } = await servedApp(async (_req, res) => {
      const run = ++count
      if (run === 2) await refresh.promise
      res.set('Cache-Control', 'max-age=60, stale-while-revalidate=30').send(`run ${run}`)
    })
    await ask('/a')
    clock.advanceMs(60_000)
    const all = await Promise.all([ask('/a'), ask('/a'), ask('/a')])
    expect(all.map(({ body }) => body)).toEqual(['run 1', 'run 1', 'run 1'])
    refresh.resolve()
    await expect.poll(async () => (await ask('/a')).body).toBe('run 2')
    expect(count).toBe(2)
    clock.advanceMs(91_000)
    expect((await ask('/a')).body).toBe('run 3')
  })

  test('is refreshed again after a pause, where the refresh came to nothing', async () => {
    let count = 0
    const { ask, clock, middleware } = await servedApp((_req, res) => {
      count++
      if (count === 1) res.set('Cache-Control', 'max-age=60, stale-while-revalidate=600').send('run 1')
      else res.set('Cache-Control', 'no-store').send('not to be kept')
    })
    await ask('/a')
    clock.advanceMs(60_000)
    for (const runs of [2, 2, 2]) {
      expect((await ask('/a')).body).toBe('run 1')
      await expect.poll(() => count).toBe(runs)
      await expect.poll(() => middleware.stats().unstorable['no-store']).toBe(1)
    }
    clock.advanceMs(1_000)
    await ask('/a')
    await expect.poll(() => count).toBe(3)
  })
})

describe('variants', () => {
  test('are told apart by the fields Vary names, and found again', async () => {
    const { ask, runs } = await servedApp((req, res) => {
      res.set({ 'Cache-Control': 'max-age=60', Vary: 'X-Kind' }).send(`kind ${req.get('x-kind')}`)
    })
    for (const kind of ['a', 'b', 'a', 'b', 'a, b', 'a,b']) {
      expect((await ask('/a', { headers: { 'x-kind': kind } })).body).toBe(`kind ${kind}`)
    }
    expect((await ask('/a')).body).toBe('kind undefined')
    expect(runs()).toBe(5)
  })

  test('are bounded, the least recently used one goes', async () => {
    const { ask, cache } = await servedApp(
      (req, res) => {
        res.set({ 'Cache-Control': 'max-age=60', Vary: 'X-Kind' }).send(`kind ${req.get('x-kind')}`)
      },
      { options: { maxVariants: 3 } },
    )
    for (let kind = 0; kind < 20; kind++) await ask('/a', { headers: { 'x-kind': `${kind}` } })
    // The list of variants is an entry, too.
    await expect.poll(async () => (await cache.usage()).entries).toBe(4)
  })
})

test('a successful unsafe request invalidates what is stored, before it is answered', async () => {
  const { ask } = await servedApp((req, res) => {
    if (req.method === 'GET') res.set('Cache-Control', 'max-age=60').send(`at ${req.url}`)
    else if (req.path === '/fails') res.sendStatus(500)
    else
      res
        .status(201)
        .location(req.path === '/c' ? 'http://elsewhere.example/b' : '/b')
        .send('done')
  })
  const status = async (path: string): Promise<unknown> => (await ask(path)).headers['cache-status']
  for (const path of ['/a', '/b', '/c', '/fails']) await ask(path)
  await ask('/a', { method: 'POST' })
  await ask('/fails', { method: 'DELETE' })
  expect(await status('/a')).toMatch(/uri-miss/)
  expect(await status('/b')).toMatch(/uri-miss/)
  expect(await status('/c')).toMatch(/hit/)
  expect(await status('/fails')).toMatch(/hit/)
  await ask('/c', { method: 'PUT' })
  expect(await status('/b')).toMatch(/hit/)
})

test('tags of route and response invalidate it', async () => {
  const { ask, cache, runs } = await servedApp(
    (_req, res) => {
      res.set({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'one, two', 'Surrogate-Key': 'three four' }).send('x')
    },
    { options: { tags: (req) => [`path:${req.path}`], hideTags: true } },
  )
  expect((await ask('/a')).headers['cache-tag']).toBeUndefined()
  for (const [count, tag] of ['one', 'two', 'three', 'four', 'path:/a'].entries()) {
    await ask('/a')
    expect(runs()).toBe(count + 1)
    await cache.invalidate({ tags: [tag] })
    await ask('/a')
  }
})
