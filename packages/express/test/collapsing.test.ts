import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import { Flight } from '../src/flight.ts'
import { opened } from './client.ts'
import { counting, servedApp } from './served-app.ts'

/** A handler that writes the first half, waits, and writes the second. */
function halves(fields: Record<string, string>, gate: Promise<void>): Parameters<typeof servedApp>[0] {
  return async (_req, res) => {
    res.set(fields)
    res.write('first,')
    await gate
    res.end('second')
  }
}

test('100 requests for what is not there run the handler once, and all see the first bytes before the last are made', async () => {
  const gate = Promise.withResolvers<void>()
  const { port, runs, middleware } = await servedApp(halves({ 'Cache-Control': 'max-age=60' }, gate.promise))
  const answers = await Promise.all(Array.from({ length: 100 }, () => opened(port, '/a')))
  await expect.poll(() => answers.every(({ text }) => text() === 'first,')).toBe(true)
  gate.resolve()
  for (const { whole } of answers) expect(await whole).toBe('first,second')
  expect(runs()).toBe(1)
  expect(middleware.stats()).toMatchObject({ collapsed: 99, stored: 1 })
})

test('what is not to be shared is made for each', async () => {
  const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'private' }))
  const bodies = await Promise.all(Array.from({ length: 10 }, async () => (await ask('/a')).body))
  expect(new Set(bodies).size).toBe(10)
  expect(runs()).toBe(10)
})

test('what sets a cookie is made for each', async () => {
  const { ask, runs } = await servedApp(counting({ 'Cache-Control': 'max-age=60', 'Set-Cookie': 'own=1' }))
  await Promise.all(Array.from({ length: 10 }, () => ask('/a')))
  expect(runs()).toBe(10)
})

test('requests for another variant get their own', async () => {
  const gate = Promise.withResolvers<void>()
  const { port } = await servedApp(async (req, res) => {
    res.set({ 'Cache-Control': 'max-age=60', Vary: 'X-Kind' }).flushHeaders()
    await gate.promise
    res.end(req.get('x-kind'))
  })
  const kinds = ['a', 'b', 'a', 'c', 'b']
  const answers = await Promise.all(kinds.map((kind) => opened(port, '/a', { 'x-kind': kind })))
  gate.resolve()
  expect(await Promise.all(answers.map(({ whole }) => whole))).toEqual(kinds)
})

test('a client that leaves harms none that wait for the same, also where the handler streams', async () => {
  const gate = Promise.withResolvers<void>()
  let leftCount = 0
  const { port, runs, ask } = await servedApp(async (req, res) => {
    req.socket.on('close', () => leftCount++)
    res.set('Cache-Control', 'max-age=60')
    async function* parts(): AsyncGenerator<string> {
      yield 'first,'
      await gate.promise
      yield 'second,'
      yield 'third'
    }
    await pipeline(Readable.from(parts()), res)
  })
  const leader = await opened(port, '/a')
  const [one, two] = await Promise.all([opened(port, '/a'), opened(port, '/a')])
  await expect.poll(() => one.text() + two.text()).toBe('first,first,')
  const left = Promise.withResolvers<void>()
  leader.res.on('close', left.resolve)
  leader.req.destroy()
  two.req.destroy()
  await left.promise
  // The server has seen it.
  await expect.poll(() => leftCount).toBe(1)
  gate.resolve()
  expect(await one.whole).toBe('first,second,third')
  expect(await ask('/a')).toMatchObject({ body: 'first,second,third' })
  expect(runs()).toBe(1)
})

test('when all clients have left, the handler hears of it, and nothing is stored', async () => {
  const gate = Promise.withResolvers<void>()
  let closed = 0
  let leftCount = 0
  const { port, ask, middleware } = await servedApp(async (req, res) => {
    req.socket.on('close', () => leftCount++)
    res.on('close', () => closed++)
    res.set('Cache-Control', 'max-age=60').write('first,')
    await gate.promise
    res.end('second')
  })
  const leader = await opened(port, '/a')
  const follower = await opened(port, '/a')
  leader.req.destroy()
  await expect.poll(() => leftCount).toBe(1)
  expect(closed).toBe(0)
  follower.req.destroy()
  await expect.poll(() => closed).toBe(1)
  gate.resolve()
  await expect.poll(() => middleware.stats().unstorable.incomplete).toBe(1)
  expect((await ask('/a')).body).toBe('first,second')
  expect(middleware.stats().hits).toBe(0)
})

test('a response that breaks off breaks off for all, and is not stored', async () => {
  const gate = Promise.withResolvers<void>()
  let count = 0
  const { port, ask } = await servedApp(async (_req, res) => {
    res.set('Cache-Control', 'max-age=60').write('first,')
    if (++count > 1) return void res.end('second')
    await gate.promise
    res.destroy()
  })
  const [one, two] = await Promise.all([opened(port, '/a'), opened(port, '/a')])
  gate.resolve()
  await expect(one.whole).rejects.toThrow('aborted')
  await expect(two.whole).rejects.toThrow('aborted')
  expect((await ask('/a')).body).toBe('first,second')
})

test('a response shorter than it says is not stored', async () => {
  const { port, runs } = await servedApp((_req, res) => {
    res.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': '10' })
    res.end('short')
  })
  for (let round = 0; round < 2; round++) (await opened(port, '/a')).req.destroy()
  await expect.poll(runs).toBe(2)
})

test('a body over the limit passes through to all who wait, and is not stored', async () => {
  const gate = Promise.withResolvers<void>()
  const { port, runs, middleware } = await servedApp(
    async (_req, res) => {
      res.set('Cache-Control', 'max-age=60').write('1')
      await gate.promise
      for (let part = 0; part < 20; part++) {
        if (!res.write('x'.repeat(100))) await new Promise((resolve) => res.once('drain', resolve))
      }
      res.end()
    },
    { options: { maxBodyBytes: 1_000 } },
  )
  const answers = await Promise.all([opened(port, '/a'), opened(port, '/a'), opened(port, '/a')])
  gate.resolve()
  for (const { whole } of answers) expect(await whole).toHaveLength(2_001)
  expect(runs()).toBe(1)
  expect(middleware.stats().unstorable['too-large']).toBe(1)
})

test('one that reads too slowly is cut off, and what all have read is let go', () => {
  const flight = new Flight(100, () => 0)
  const cut: string[] = []
  const slow = { at: 0, wake: () => undefined, cut: () => cut.push('slow') }
  const quick = { at: 0, wake: () => undefined, cut: () => cut.push('quick') }
  flight.read(slow)
  flight.read(quick)
  for (let part = 0; part < 50; part++) {
    flight.push(Buffer.alloc(10, part))
    expect(flight.next(quick)?.[0]).toBe(part)
  }
  expect(cut).toEqual(['slow'])
  // Let go: at most what the limit allows is held for those who lag.
  expect(flight.next({ ...slow, at: 20 })).toBeUndefined()
  // Who comes only now cannot have the whole.
  flight.read({ at: 0, wake: () => undefined, cut: () => cut.push('late') })
  flight.push(Buffer.alloc(10, 50))
  expect(cut).toEqual(['slow', 'late'])
  expect(flight.next(quick)?.[0]).toBe(50)
})

test('who waits too long for the head of a response asks for itself', async () => {
  const gate = Promise.withResolvers<void>()
  let count = 0
  const { ask, clock, runs, middleware } = await servedApp(
    async (_req, res) => {
      if (++count === 1) await gate.promise
      res.set('Cache-Control', 'max-age=60').send('x')
    },
    { options: { collapseTimeout: '5s' } },
  )
  const first = ask('/a')
  await expect.poll(runs).toBe(1)
  const second = ask('/a')
  await expect.poll(() => middleware.stats().requests).toBe(2)
  await expect
    .poll(() => {
      clock.advanceMs(5_000)
      return runs()
    })
    .toBe(2)
  expect((await second).body).toBe('x')
  gate.resolve()
  await first
})

test('what was invalidated while it was made reaches nobody who asks afterwards, and is not stored', async () => {
  const gate = Promise.withResolvers<void>()
  let version = 'old'
  const { port, ask, cache } = await servedApp(async (_req, res) => {
    const made = version
    res.set({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'v' }).write('made of ')
    if (made === 'old') await gate.promise
    res.end(made)
  })
  const first = await opened(port, '/a')
  version = 'new'
  await cache.invalidate({ tags: ['v'] })
  const unstored = await ask('/a')
  expect(unstored.body).toBe('made of new')
  expect(unstored.headers['cache-status']).toBe('Stowage; fwd=uri-miss; detail=refused')
  gate.resolve()
  expect(await first.whole).toBe('made of old')
  // Nothing is stored while the load that was overtaken goes on.
  expect((await ask('/a')).body).toBe('made of new')
  expect((await ask('/a')).headers['cache-status']).toMatch(/hit/)
})

test('the same for a response with variants, which is written before it is known to be valid', async () => {
  const gate = Promise.withResolvers<void>()
  let version = 'old'
  const { port, ask, cache } = await servedApp(async (_req, res) => {
    const made = version
    res.set({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'v', Vary: 'X-Kind' }).write('made of ')
    if (made === 'old') await gate.promise
    res.end(made)
  })
  const first = await opened(port, '/a')
  version = 'new'
  await cache.invalidate({ tags: ['v'] })
  gate.resolve()
  expect(await first.whole).toBe('made of old')
  // Another variant makes the list; the one that was overtaken is not of it.
  expect((await ask('/a', { headers: { 'x-kind': 'b' } })).body).toBe('made of new')
  expect((await ask('/a')).body).toBe('made of new')
})

test('who looked before the response was stored, and comes back after, finds it', async () => {
  const gate = Promise.withResolvers<void>()
  const { ask, runs, backend, clock, middleware } = await servedApp(async (_req, res) => {
    await gate.promise
    res.set('Cache-Control', 'max-age=60').send('x')
  })
  const first = ask('/a')
  await expect.poll(runs).toBe(1)
  const looks = backend.callCounts.get('get') ?? 0
  backend.inject('get', { kind: 'late', delayMs: 100 })
  const second = ask('/a')
  await expect.poll(() => (backend.callCounts.get('get') ?? 0) > looks).toBe(true)
  backend.heal()
  gate.resolve()
  await first
  await expect.poll(() => middleware.stats().stored).toBe(1)
  clock.advanceMs(100)
  expect((await second).headers['cache-status']).toMatch(/hit/)
  expect(runs()).toBe(1)
})

test('an invalidation of something else closes nothing', async () => {
  const gate = Promise.withResolvers<void>()
  const { port, ask, cache, runs } = await servedApp(async (req, res) => {
    if (req.method === 'POST') return void res.end()
    res.set({ 'Cache-Control': 'max-age=60', 'Cache-Tag': 'mine' }).write('first,')
    await gate.promise
    res.end('second')
  })
  const first = await opened(port, '/a')
  await ask('/other', { method: 'POST' })
  await cache.invalidate({ tags: ['other'] })
  const second = await opened(port, '/a')
  gate.resolve()
  expect(await first.whole).toBe(await second.whole)
  // The POST is one.
  expect(runs()).toBe(2)
})

test('who waits for the whole of what breaks off in the middle asks for itself, and leaves no timer', async () => {
  const gate = Promise.withResolvers<void>()
  const { port, ask, clock, middleware, runs } = await servedApp(async (_req, res) => {
    res.set({ 'Cache-Control': 'max-age=60', ETag: '"1"' }).write('half')
    if (runs() > 1) return void res.end(' and half')
    await gate.promise
    res.destroy(new Error('the source is away'))
  })
  const first = await opened(port, '/a')
  const timers = clock.timerCount
  const follower = ask('/a', { headers: { 'if-none-match': '"0"' } })
  await expect.poll(() => middleware.stats().requests).toBe(2)
  // The head is known: it is not the time to the head that is waited for.
  await expect.poll(() => clock.timerCount).toBe(timers)
  gate.resolve()
  await expect(first.whole).rejects.toThrow('aborted')
  expect(await follower).toMatchObject({ status: 200, body: 'half and half' })
  expect(runs()).toBe(2)
})

test('a slow client does not slow the handler down while what it writes is kept anyway', async () => {
  const accepted: boolean[] = []
  const { ask } = await servedApp((_req, res) => {
    res.set('Cache-Control', 'max-age=60')
    for (let part = 0; part < 20; part++) accepted.push(res.write(Buffer.alloc(65_536)))
    res.end()
  })
  await ask('/a')
  expect(accepted).toEqual(Array.from({ length: 20 }, () => true))
})

test('a handler may use its buffer again', async () => {
  const { ask } = await servedApp((_req, res) => {
    const buffer = Buffer.from('one,')
    res.set('Cache-Control', 'max-age=60').write(buffer, () => {
      buffer.write('two.')
      res.end(buffer)
    })
  })
  await ask('/a')
  expect(await ask('/a')).toMatchObject({ body: 'one,two.' })
})
