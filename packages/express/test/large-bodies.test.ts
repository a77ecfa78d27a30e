/** Bodies that are too large to be held: on fs they go to the disk while the first client reads them, and come from there. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Cache } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import type { RequestHandler } from 'express'
import { expect, onTestFinished, test } from 'vitest'
import type { BodyStore } from '../src/large-body.ts'
import { opened } from './client.ts'
import { servedApp } from './served-app.ts'

const MiB = 1_048_576
const FRESH = { 'Cache-Control': 'max-age=60' }

async function onDisk(handler: RequestHandler, options: Parameters<typeof servedApp>[1] = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'stowage-bodies-'))
  const backend = fsBackend({ directory, maxBytes: '500MB' })
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const served = await servedApp(handler, {
    ...options,
    backend,
    startAtMs: Date.now(),
    options: { bodies: backend, maxBodyBytes: '64KiB', ...options.options },
  })
  return { ...served, files: backend }
}

/** Parts that can be told apart. */
function* parts(run: number, partCount: number): Generator<Buffer> {
  for (let part = 0; part < partCount; part++) yield Buffer.alloc(65_536, `${run}.${part},`)
}

const wholeOf = (run: number, partCount = 48): Buffer => Buffer.concat([...parts(run, partCount)])

/** Streams a body of 3 MiB, other ones at each run. */
function streaming(fields: Record<string, string> = {}): RequestHandler {
  let run = 0
  return async (_req, res) => {
    res.set({ ...FRESH, ETag: '"one"', ...fields })
    await pipeline(Readable.from(parts(++run, 48), { objectMode: false }), res)
  }
}

const stored = async (cache: Cache, count: number) => {
  await expect.poll(async () => (await cache.usage()).entries).toBe(count)
}

test.each([{}, { 'Content-Length': String(3 * MiB) }, { Vary: 'X-Kind' }])(
  'is kept in parts, and served whole, in part, by its head, or as what the client has: %j',
  async (fields) => {
    const { ask, cache, runs, middleware } = await onDisk(streaming(fields))
    expect((await ask('/a')).bytes.equals(wholeOf(1))).toBe(true)
    await stored(cache, 'Vary' in fields ? 3 : 2)
    const hit = await ask('/a')
    expect(hit.bytes.equals(wholeOf(1))).toBe(true)
    expect(hit.headers).toMatchObject({ 'cache-status': 'Stowage; hit; ttl=60', 'content-length': String(3 * MiB) })
    const part = await ask('/a', { headers: { range: 'bytes=65530-131080' } })
    expect(part.status).toBe(206)
    expect(part.bytes.equals(wholeOf(1).subarray(65_530, 131_081))).toBe(true)
    expect((await ask('/a', { headers: { range: 'bytes=-10' } })).bytes.equals(wholeOf(1).subarray(-10))).toBe(true)
    expect((await ask('/a', { headers: { range: 'bytes=9999999-' } })).status).toBe(416)
    expect((await ask('/a', { headers: { 'if-none-match': '"one"' } })).status).toBe(304)
    const head = await ask('/a', { method: 'HEAD' })
    expect([head.headers['content-length'], head.bytes.length]).toEqual([String(3 * MiB), 0])
    expect(runs()).toBe(1)
    expect(middleware.stats()).toMatchObject({ hits: 6, stored: 1, faults: 0 })
  },
)

test('the one that stands in its place takes the old one out; an invalidation takes out both', async () => {
  const { ask, cache, clock, middleware, runs } = await onDisk(streaming({ 'Cache-Tag': 'big' }))
  await ask('/a')
  await stored(cache, 2)
  clock.advanceMs(60_000)
  expect((await ask('/a')).bytes.equals(wholeOf(2))).toBe(true)
  await expect.poll(() => middleware.stats().stored).toBe(2)
  await stored(cache, 2)
  expect((await ask('/a')).bytes.equals(wholeOf(2))).toBe(true)
  await cache.invalidate({ tags: ['big'] })
  expect((await ask('/a')).bytes.equals(wholeOf(3))).toBe(true)
  expect(runs()).toBe(3)
})

test('one that is gone is made anew', async () => {
  const { ask, cache, runs } = await onDisk(streaming())
  await ask('/a')
  await stored(cache, 2)
  const names = await Array.fromAsync(cache.keys({ prefix: ['http-body'] }))
  expect(await cache.deleteMany(names)).toBe(1)
  expect((await ask('/a')).bytes.equals(wholeOf(2))).toBe(true)
  expect(runs()).toBe(2)
})

test('one that breaks off, is longer than allowed, or was invalidated while it was made is not stored', async () => {
  const gate = Promise.withResolvers<void>()
  const { ask, port, cache, middleware } = await onDisk(
    async (req, res) => {
      res.set({ ...FRESH, 'Cache-Tag': 'big' })
      if (req.path === '/broken') return void res.write(wholeOf(1), () => res.destroy())
      if (req.path === '/declared') return void res.send(wholeOf(1, 100))
      if (req.path === '/long') return void res.end(wholeOf(1, 100))
      res.write(wholeOf(1, 4))
      await gate.promise
      res.end('late')
    },
    { options: { maxStreamedBytes: '4MiB' } },
  )
  await expect(ask('/broken')).rejects.toThrow()
  for (const path of ['/declared', '/long']) expect((await ask(path)).bytes.length).toBe(100 * 65_536)
  const overtaken = await opened(port, '/overtaken')
  await cache.invalidate({ tags: ['big'] })
  gate.resolve()
  expect((await overtaken.whole).endsWith('late')).toBe(true)
  await expect.poll(() => middleware.stats().unstorable).toMatchObject({ incomplete: 1, 'too-large': 2 })
  expect((await ask('/overtaken')).headers['cache-status']).not.toMatch(/hit/)
})

test('who asks while it is made has one made for itself, which is not stored', async () => {
  const gate = Promise.withResolvers<void>()
  const { ask, port, cache, runs } = await onDisk(async (_req, res) => {
    const isFirst = runs() === 1
    res.set({ ...FRESH, 'Content-Length': String(4 * 65_536 + 1) }).write(wholeOf(1, 4))
    if (isFirst) await gate.promise
    res.end(isFirst ? '1' : '2')
  })
  const first = await opened(port, '/a')
  expect((await ask('/a')).body.endsWith('2')).toBe(true)
  gate.resolve()
  expect((await first.whole).endsWith('1')).toBe(true)
  await stored(cache, 2)
  expect((await ask('/a')).body.endsWith('1')).toBe(true)
  expect(runs()).toBe(2)
})

test('one that is shorter than it says is not stored', async () => {
  const { port, cache, middleware } = await onDisk((_req, res) => {
    res.set({ ...FRESH, 'Content-Length': String(9 * 65_536) }).end(wholeOf(1, 4))
  })
  const client = await opened(port, '/a')
  await expect.poll(() => middleware.stats().unstorable.incomplete).toBe(1)
  client.req.destroy()
  await stored(cache, 0)
})

/** A disk whose every part the test waits for. */
function slowDisk() {
  const gate = Promise.withResolvers<void>()
  let takenBytes = 0
  const store: BodyStore = {
    async setStream(_key, source) {
      await gate.promise
      for await (const part of source) takenBytes += part.length
      return 'stored'
    },
    getStream: async () => undefined,
  }
  return { store, release: gate.resolve, takenBytes: () => takenBytes }
}

test('a handler is held up by a disk that is slower than its client, and goes on when it has caught up', async () => {
  const { store, release, takenBytes } = slowDisk()
  let askedFor = 0
  const { port, middleware } = await servedApp(
    async (_req, res) => {
      res.set(FRESH)
      const counted = function* (): Generator<Buffer> {
        for (const part of parts(1, 100)) {
          askedFor++
          yield part
        }
      }
      await pipeline(Readable.from(counted(), { objectMode: false }), res)
    },
    { options: { bodies: store, maxBodyBytes: '64KiB' } },
  )
  const client = await opened(port, '/a')
  // All that has been made has arrived, and no more is made.
  await expect.poll(() => client.text().length).toBeGreaterThan(MiB)
  expect(askedFor).toBeLessThan(40)
  release()
  expect((await client.whole).length).toBe(100 * 65_536)
  await expect.poll(() => middleware.stats().stored).toBe(1)
  expect(takenBytes()).toBe(100 * 65_536)
})

test('a disk that is full costs the client nothing', async () => {
  const store: BodyStore = {
    setStream: () => Promise.reject(new Error('ENOSPC')),
    getStream: () => Promise.reject(new Error('EIO')),
  }
  const { ask, middleware } = await servedApp(streaming(), { options: { bodies: store, maxBodyBytes: '64KiB' } })
  for (const run of [1, 2]) expect((await ask('/a')).bytes.equals(wholeOf(run))).toBe(true)
  await expect.poll(() => middleware.stats().unstorable.refused).toBe(2)
  expect(middleware.stats()).toMatchObject({ stored: 0, faults: 2 })
})

test('a disk that hangs holds up the handler for a moment only', async () => {
  const { store } = slowDisk()
  const { port, clock, middleware } = await servedApp(streaming(), {
    options: { bodies: store, maxBodyBytes: '64KiB' },
  })
  const client = await opened(port, '/a')
  await expect.poll(() => client.text().length).toBeGreaterThan(MiB)
  expect(client.text().length).toBeLessThan(3 * MiB)
  clock.advanceMs(5_000)
  expect((await client.whole).length).toBe(3 * MiB)
  await expect.poll(() => middleware.stats().unstorable['too-large']).toBe(1)
})
