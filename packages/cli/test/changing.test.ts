/** What commands change in a store, as the service on it then sees it; and that nothing is destroyed unasked. */
import { describe, expect, test, vi } from 'vitest'
import { filledStore, inCache, KINDS } from './stores.ts'
import { saying, stowage, stowageJson, stowageProcess } from './stowage.ts'

// Each process takes its seconds where many others run.
vi.setConfig({ testTimeout: 120_000 })

describe.each(KINDS)('%s', (kind) => {
  test('set stores texts, JSON and stdin for the service to read', async () => {
    const path = await filledStore(kind, async () => undefined)
    const rows = ['set', path, 'rows', '{"rows":3}', '--as', 'json', '--ttl', '1h', '--tag', 'one', '--tag', 'two']
    expect(await stowage(rows)).toEqual({ code: 0, out: 'stored rows\n', err: '' })
    const page = ['set', path, 'page', '--ttl', 'forever', '-n', 'app']
    expect((await stowageProcess(page, 'from stdin')).code).toBe(0)
    await inCache(kind, path, async (cache) => {
      expect(await cache.lookup('rows')).toMatchObject({ value: { rows: 3 }, tags: ['one', 'two'] })
      expect(await cache.namespace('app').get('page')).toBe('from stdin')
    })
  })

  test('set refuses what is no ttl and no JSON', async () => {
    const path = await filledStore(kind, async () => undefined)
    expect((await stowage(['set', path, 'a', 'b'])).code).toBe(2)
    expect(await stowage(['set', path, 'a', 'b', '--ttl', '0'])).toMatchObject({ code: 2, out: '' })
    const noJson = await stowage(['set', path, 'a', '{', '--as', 'json', '--ttl', '1h'])
    expect(noJson).toMatchObject({ code: 2, err: saying('is no JSON') })
  })

  test('delete and invalidate ask first, and do nothing where nobody can be asked', async () => {
    const path = await filledStore(kind, (cache) => cache.set('a', 1, { tags: ['t'] }))
    for (const args of [
      ['delete', path, 'a'],
      ['invalidate', path, '--all'],
      ['check', path, '--repair'],
    ]) {
      expect(await stowage(args)).toMatchObject({ code: 2, out: '', err: saying('--yes') })
    }
    expect(await inCache(kind, path, (cache) => cache.get('a'))).toBe(1)
  })

  test('delete says of each key whether it was there', async () => {
    const path = await filledStore(kind, (cache) => cache.set('a', 1))
    const ended = await stowage(['delete', path, 'a', 'b', '--yes', '--json'])
    expect(ended.code).toBe(1)
    expect(
      ended.out
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { namespace: [], key: 'a', deleted: true },
      { namespace: [], key: 'b', deleted: false },
    ])
    expect(await inCache(kind, path, (cache) => cache.get('a'))).toBe(undefined)
  })

  test.each([
    [
      ['--tag', 'red'],
      ['green:1', 'blue:1'],
    ],
    [['--tag', 'red', '--tag', 'green'], ['blue:1']],
    [
      ['--prefix', 'green:'],
      ['red:1', 'blue:1'],
    ],
    [['--pattern', '*e*:?'], []],
    [
      ['--pattern', 'b*'],
      ['red:1', 'green:1'],
    ],
    [['--all'], []],
  ])('invalidate %s', async (target, left) => {
    const names = ['red', 'green', 'blue']
    const path = await filledStore(kind, async (cache) => {
      for (const name of names) await cache.set(`${name}:1`, name, { tags: [name] })
    })
    expect((await stowage(['invalidate', path, ...target, '--yes'])).code).toBe(0)
    await inCache(kind, path, async (cache) => {
      const found = await cache.getMany(names.map((name) => `${name}:1`))
      expect(new Set(found.keys())).toEqual(new Set(left))
    })
  })

  test('invalidate takes one target', async () => {
    const path = await filledStore(kind, async () => undefined)
    expect(await stowage(['invalidate', path, '--yes'])).toMatchObject({ code: 2 })
    expect(await stowage(['invalidate', path, '--all', '--tag', 'a', '--yes'])).toMatchObject({ code: 2 })
  })

  test('sweep reclaims what was invalidated', async () => {
    const path = await filledStore(kind, async (cache) => {
      for (let n = 0; n < 50; n++) await cache.set(`k${n}`, n, { tags: ['t'] })
      await cache.invalidate({ tags: ['t'] })
    })
    expect(await stowageJson(['sweep', path])).toEqual([{ expired: 0, invalidated: 50 }])
    expect(await stowageJson(['stats', path, '--quick'])).toEqual([expect.objectContaining({ entryCount: 0 })])
  })
})
