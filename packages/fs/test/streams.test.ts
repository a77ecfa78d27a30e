/** Values in parts: back-pressure, checksums, aborted writes, readers of what is being replaced, and memory. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createCache } from '@stowage/core'
import { type FsBackend, type FsOptions, fsBackend } from '@stowage/fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Layout } from '../src/layout.ts'
import { Worker } from './processes.ts'
import { newDirectory } from './stores.ts'

const PART = Buffer.alloc(100_000, 'part')

function* parts(count: number): Generator<Buffer> {
  for (let at = 0; at < count; at++) {
    PART.writeUInt32LE(at, 0)
    yield Buffer.from(PART)
  }
}

async function text(files: FsBackend, key: string): Promise<string | undefined> {
  const entry = await files.getStream(key)
  return entry && Buffer.concat(await Array.fromAsync(entry.stream)).toString()
}

function opened(options: Partial<FsOptions> = {}) {
  const directory = newDirectory()
  const files = fsBackend({ directory, ...options })
  const cache = createCache({ backend: files, ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  const temps = () => readdirSync(directory, { recursive: true }).filter((name) => /\/t\./.test(String(name)))
  return { directory, files, cache, temps, layout: new Layout(directory) }
}

test.each(['relaxed', 'strict'] as const)(
  'what goes in comes out, in parts and as a whole (%s)',
  async (durability) => {
    const { files, cache } = opened({ durability })
    for (const count of [0, 1, 40]) {
      const whole = Buffer.concat([...parts(count)])
      expect(await files.setStream('key', parts(count), { ttl: '1h', tags: ['t'] })).toBe('stored')
      const entry = await files.getStream('key')
      expect(entry?.sizeBytes).toBe(whole.length)
      expect(entry?.facts.tags).toEqual(['t'])
      expect(Buffer.concat(await Array.fromAsync(entry?.stream ?? [])).equals(whole)).toBe(true)
      expect(Buffer.from((await cache.get<Uint8Array>('key')) ?? []).equals(whole)).toBe(true)
      expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
    }
    await cache.set('buffer', Buffer.from('bytes'))
    expect(await text(files, 'buffer')).toBe('bytes')
    await cache.set('object', { not: 'bytes' })
    await expect(files.getStream('object')).rejects.toThrow(/stored as 'json'/)
    expect(await files.getStream('nothing')).toBeUndefined()
  },
)

test('tags, the end of life and keys of all kinds hold for streams', async () => {
  const { files, cache } = opened()
  for (const key of ['#odd', ['a', 1], '=x']) {
    await files.setStream(key, [Buffer.from(`of ${String(key)}`)], { ttl: '1h', tags: ['#tag'] })
    expect(Buffer.from((await cache.get<Uint8Array>(key)) ?? []).toString()).toBe(`of ${String(key)}`)
  }
  await cache.invalidate({ tags: ['#tag'] })
  expect(await files.getStream(['a', 1])).toBeUndefined()
  await expect(files.setStream('key', [], { ttl: 0 })).rejects.toThrow(/ttl/)
  await files.setStream('short', [Buffer.from('x')], { ttl: 1 })
  while ((await files.getStream('short')) !== undefined) await new Promise(setImmediate)
})

test('streams are entries of namespaces, too, and go with them', async () => {
  const { files, cache } = opened()
  const namespace = ['app', 'panel']
  const panel = cache.namespace('app').namespace('panel')
  await files.setStream('key', [Buffer.from('bytes')], { ttl: '1h', namespace, tags: ['t'] })
  expect(Buffer.from((await panel.get<Uint8Array>('key')) ?? []).toString()).toBe('bytes')
  expect(await files.getStream('key')).toBeUndefined()
  expect((await files.getStream('key', { namespace }))?.sizeBytes).toBe(5)
  await panel.invalidate({ tags: ['t'] })
  expect(await files.getStream('key', { namespace })).toBeUndefined()
  await files.setStream('key', [Buffer.from('bytes')], { ttl: '1h', namespace })
  await cache.namespace('app').invalidate({ all: true })
  expect(await files.getStream('key', { namespace })).toBeUndefined()
  await expect(files.getStream('key', { namespace: [''] })).rejects.toThrow(/namespace/)
})

describe('a write that does not come to its end leaves nothing', () => {
  const failing = (stop: () => void) =>
    (function* () {
      yield* parts(3)
      stop()
      yield* parts(3)
    })()

  test('a source that fails, and one that is aborted', async () => {
    const { files, cache, temps } = opened()
    await files.setStream('key', [Buffer.from('old')], { ttl: '1h' })
    const broken = failing(() => {
      throw new Error('broken source')
    })
    await expect(files.setStream('key', broken, { ttl: '1h' })).rejects.toThrow('broken source')
    const abort = new AbortController()
    const aborted = files.setStream(
      'key',
      failing(() => abort.abort()),
      { ttl: '1h', signal: abort.signal },
    )
    await expect(aborted).rejects.toThrow(/abort/i)
    expect(temps()).toEqual([])
    expect(await text(files, 'key')).toBe('old')
    expect(await cache.check()).toMatchObject({ entries: 1, wrong: 0, orphans: 0 })
    expect(await cache.usage()).toMatchObject({ entries: 1 })
  })

  test('one that is deleted or replaced meanwhile gives way', async () => {
    const { files, cache, temps } = opened()
    for (const act of [
      () => cache.delete('key'),
      () => cache.invalidate({ all: true }),
      () => cache.set('key', 'newer'),
    ]) {
      let go = (): void => undefined
      const gate = new Promise<void>((resolve) => {
        go = resolve
      })
      const slow = (async function* () {
        yield Buffer.from('late')
        await gate
      })()
      const writing = files.setStream('key', slow, { ttl: '1h' })
      while (temps().length === 0) await new Promise(setImmediate)
      await act()
      const after = await cache.get('key')
      go()
      expect(await writing).toBe('stored')
      expect(await cache.get('key')).toEqual(after)
      expect(temps()).toEqual([])
    }
  })

  test('one that is too large', async () => {
    const { files, cache, temps } = opened({ maxBytes: 2_000_000 })
    await cache.set('other', 'x'.repeat(100_000))
    await files.setStream('key', parts(2), { ttl: '1h' })
    expect(await files.setStream('key', parts(30), { ttl: '1h' })).toBe('too-large')
    expect(temps()).toEqual([])
    expect(await files.getStream('key')).toBeUndefined()
    expect(await files.setStream('key', parts(19), { ttl: '1h' })).toBe('stored')
    expect((await cache.usage()).bytes).toBeLessThanOrEqual(2_000_000)
    expect(await cache.check()).toMatchObject({ entries: 1, wrong: 0, orphans: 0 })
  })
})

test('a reader has its old version whole while the entry is replaced, deleted and cleared', async () => {
  const { files, cache } = opened()
  const whole = createHash('sha256')
    .update(Buffer.concat([...parts(30)]))
    .digest('hex')
  for (const act of [
    () => files.setStream('key', parts(5), { ttl: '1h' }),
    () => cache.delete('key'),
    () => cache.invalidate({ all: true }),
  ]) {
    await files.setStream('key', parts(30), { ttl: '1h' })
    const entry = await files.getStream('key')
    const hash = createHash('sha256')
    let isFirst = true
    for await (const part of entry?.stream ?? []) {
      if (isFirst) await act()
      isFirst = false
      hash.update(part as Buffer)
    }
    expect(hash.digest('hex')).toBe(whole)
  }
})

test('damage shows at the end at the latest, and the entry is cleared away', async () => {
  const { files, layout } = opened()
  const damages: readonly ((path: string) => void)[] = [
    (path) => {
      const bytes = readFileSync(path)
      bytes[bytes.length - 10] = (bytes.at(-10) ?? 0) ^ 1
      writeFileSync(path, bytes)
    },
    (path) => truncateSync(path, 200_000),
  ]
  for (const damage of damages) {
    await files.setStream('key', parts(10), { ttl: '1h' })
    damage(layout.placeOf('key').path)
    await expect(text(files, 'key')).rejects.toThrow(/not what was written/)
    expect(await files.getStream('key')).toBeUndefined()
  }
})

test('a stream that is left unread closes its file when it is destroyed', async () => {
  const { files } = opened()
  await files.setStream('key', parts(10), { ttl: '1h' })
  const before = readdirSync('/proc/self/fd').length
  for (let at = 0; at < 20; at++) (await files.getStream('key'))?.stream.destroy()
  for (let at = 0; at < 20; at++) {
    for await (const _ of (await files.getStream('key'))?.stream ?? []) break
  }
  while (readdirSync('/proc/self/fd').length > before) await new Promise(setImmediate)
})

test('a source is asked for the next part only when the last one is written', async () => {
  const { files } = opened()
  let asked = 0
  const source = new Readable({
    highWaterMark: 1,
    read() {
      this.push(asked++ < 50 ? Buffer.alloc(50_000, asked) : null)
    },
  })
  expect(await files.setStream('key', source, { ttl: '1h' })).toBe('stored')
  expect((await files.getStream('key'))?.sizeBytes).toBe(2_500_000)
})

test('a gigabyte goes in and out with less than 64 MB of memory', { timeout: 120_000 }, async () => {
  const directory = newDirectory()
  const worker = new Worker('gigabyte', directory, { maxBytes: 3_000_000_000 })
  const [line = ''] = await worker.ended()
  const [, bytes, extra] = /^streamed (\d+) with (\d+)$/.exec(line) ?? []
  expect(Number(bytes)).toBe(1_073_741_824)
  expect(Number(extra)).toBeLessThan(64_000_000)
})
