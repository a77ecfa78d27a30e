/** What a user is shown of a store, and that looking leaves it as it was. */
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { type Codec, createCache, zstdCodec } from '@stowage/core'
import { msgpackCodec } from '@stowage/msgpack'
import { describe, expect, test, vi } from 'vitest'
import { backendAt, filledStore, KINDS, newPath } from './stores.ts'
import { start, stowage, stowageJson } from './stowage.ts'

// Each process takes its seconds where many others run.
vi.setConfig({ testTimeout: 120_000 })

describe.each(KINDS)('%s', (kind) => {
  const fill = () =>
    filledStore(kind, async (cache) => {
      await cache.set('user:1', { name: 'Ada' }, { tags: ['users'] })
      await cache.set(['user', 7], 'seven')
      await cache
        .namespace('app')
        .namespace('a/b')
        .set('deep', new Map([['a', 1n]]), { tags: ['deeper'] })
    })

  test('stats counts what is live, by namespace and tag', async () => {
    const path = await fill()
    const [stats] = await stowageJson(['stats', path])
    expect(stats).toMatchObject({
      store: path,
      backend: kind,
      entryCount: 3,
      live: { entryCount: 3, staleCount: 0 },
      namespaces: [
        { name: '', entryCount: 2 },
        { name: 'app/a/b', entryCount: 1 },
      ],
      tags: [
        { name: 'deeper', entryCount: 1 },
        { name: 'users', entryCount: 1 },
      ],
    })
    const { out } = await stowage(['stats', path])
    expect(out).toContain('3 entries')
    expect(out).toContain('app/a/b')
    expect(out).not.toContain('\u001b')
  })

  test('keys lists all namespaces, or what is asked for', async () => {
    const path = await fill()
    const all = await stowageJson(['keys', path])
    expect(all).toHaveLength(3)
    expect(all).toContainEqual(expect.objectContaining({ namespace: ['app', 'a/b'], key: 'deep', tags: ['deeper'] }))
    expect(all).toContainEqual(expect.objectContaining({ namespace: [], key: ['user', 7], tags: [] }))
    expect(await stowageJson(['keys', path, '--limit', '2'])).toHaveLength(2)
    expect(await stowageJson(['keys', path, '--prefix', 'us'])).toEqual([expect.objectContaining({ key: 'user:1' })])
    expect(await stowageJson(['keys', path, '--tag', 'users'])).toHaveLength(1)
    expect(await stowageJson(['keys', path, '-n', 'app'])).toEqual([])
    expect(await stowageJson(['keys', path, '-n', 'app', '-n', 'a/b'])).toHaveLength(1)
  })

  test('get shows a value by itself, and with --json what is kept beside it', async () => {
    const path = await fill()
    expect(await stowage(['get', path, 'user:1'])).toEqual({ code: 0, out: '{\n  "name": "Ada"\n}\n', err: '' })
    const [entry] = await stowageJson(['get', path, '["user",7]', '--parts'])
    expect(entry).toMatchObject({ key: ['user', 7], value: 'seven', format: 'json' })
    expect((await stowage(['get', path, 'deep', '-n', 'app', '-n', 'a/b'])).out).toBe("Map(1) { 'a' => 1n }\n")
    expect((await stowage(['get', path, 'user:1', '--facts'])).out).toContain('users')
    expect(await stowage(['get', path, 'user:2'])).toEqual({ code: 1, out: '', err: 'stowage: user:2: absent\n' })
  })

  test.each([
    ['zstd', zstdCodec()],
    ['msgpack', msgpackCodec()],
    ['both', zstdCodec(msgpackCodec())],
  ] satisfies [string, Codec][])('get reads what was written with %s', async (_name, codec) => {
    const path = newPath(kind)
    const cache = createCache({ backend: backendAt(kind, path), ttl: '1h', codec })
    const rows = Array.from({ length: 3_000 }, (_, n) => ({ n, name: 'the same' }))
    await cache.set('rows', rows)
    await cache.close()
    const [entry] = await stowageJson(['get', path, 'rows'])
    expect(entry).toMatchObject({ value: rows })
  })

  test('control characters in keys do not reach the terminal', async () => {
    const path = await filledStore(kind, (cache) => cache.set('a\u001b[2Jb', 1))
    expect((await stowage(['keys', path])).out).toContain('a\\u001b[2Jb')
  })

  test('stats --watch looks again and again until Ctrl-C', async () => {
    const path = await fill()
    const child = start(['stats', path, '--watch', '--interval', '0.1', '--json'])
    const looks: unknown[] = []
    for await (const line of createInterface(child.stdout)) {
      looks.push(JSON.parse(line))
      if (looks.length === 2) child.kill('SIGINT')
    }
    await once(child, 'close')
    expect(child.exitCode).toBe(0)
    expect(looks.slice(0, 2)).toEqual([
      expect.objectContaining({ entryCount: 3, entryChange: 0 }),
      expect.objectContaining({ entryCount: 3, entryChange: 0 }),
    ])
  })
})
