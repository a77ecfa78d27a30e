/** Export and import: whatever is interrupted, damaged or newer, nothing is lost and nothing newer overwritten. */
import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Backend } from '@stowage/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { missingIn, runKilled } from './killed-moves.ts'
import { backendAt, corrupt, filledStore, inCache, KINDS, type Kind, newPath, tempFolder } from './stores.ts'
import { saying, start, stowage, stowageJson, stowageProcess } from './stowage.ts'

// Several processes one after the other.
vi.setConfig({ testTimeout: 120_000 })

function opened(kind: Kind, path: string): Backend {
  const backend = backendAt(kind, path)
  onTestFinished(async () => backend.close())
  return backend
}

/** Entries of every sort that there is. */
function filled(kind: Kind, count = 0): Promise<string> {
  return filledStore(kind, async (cache) => {
    await cache.set('text', 'plain', { tags: ['a', 'b'], ttl: 'forever' })
    await cache.set(['user', 7], new Map([['a', 1n]]), { fingerprint: 'size 7', staleWhileRevalidate: '1h' })
    await cache.set('bytes', Buffer.from([0, 255, 10, 13, 128]), { sliding: true, ttl: '2h' })
    await cache.set('lines', 'a\nb\u2028c\u0000"é😀')
    await cache
      .namespace('app')
      .namespace('a/b')
      .set('deep', { n: 1 }, { tags: ['deeper'] })
    await cache.set('large', 'x'.repeat(300_000))
    for (let n = 0; n < count; n += 500)
      await cache.setMany(Array.from({ length: 500 }, (_, at) => [`k${n + at}`, { at, text: 'y'.repeat(400) }]))
  })
}

async function expectSame(one: readonly [Kind, string], other: readonly [Kind, string]): Promise<void> {
  const [from, to] = [opened(...one), opened(...other)]
  expect(await missingIn(to, from)).toEqual([])
  expect(await missingIn(from, to)).toEqual([])
}

describe.each(KINDS.flatMap((from) => KINDS.map((to) => ({ from, to }))))('$from to $to', ({ from, to }) => {
  test('every entry arrives as it was', async () => {
    const path = await filled(from)
    const [file, target] = [join(tempFolder(), 'all.ndjson'), newPath(to)]
    expect(await stowageJson(['export', path, file])).toEqual([expect.objectContaining({ entryCount: 6 })])
    expect(await stowageJson(['import', target, file, '--create', to])).toEqual([
      expect.objectContaining({ stored: 6, isWhole: true }),
    ])
    await expectSame([from, path], [to, target])
    expect(await stowageJson(['check', target])).toEqual([expect.objectContaining({ entries: 6 })])
    expect(await inCache(to, target, (cache) => cache.namespace('app').namespace('a/b').get('deep'))).toEqual({ n: 1 })
  })
})

describe.each(KINDS)('%s', (kind) => {
  // A file for each entry takes its time to write.
  const count = kind === 'sqlite' ? 5_000 : 1_500

  test(`${count} entries: killed on its way and resumed, an export and an import lose nothing`, async () => {
    const path = await filled(kind, count)
    const [file, target, checkpoint] = [join(tempFolder(), 'all.ndjson'), newPath(kind), join(tempFolder(), 'at')]
    let formerBytes = 0
    const hasGrown = () => {
      const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
      const isMore = bytes > formerBytes
      formerBytes = Math.max(bytes, formerBytes)
      return isMore
    }
    await runKilled(start, ['export', path, file, '--resume'], 2, hasGrown)
    const importing = ['import', target, file, '--create', kind, '--checkpoint', checkpoint]
    const hasBegun = () => existsSync(checkpoint)
    await runKilled(start, importing, 1, hasBegun)
    expect(existsSync(checkpoint)).toBe(false)
    await expectSame([kind, path], [kind, target])
  })

  test('an export that was cut anywhere goes on, also in a store that has changed since', async () => {
    const path = await filled(kind)
    const folder = tempFolder()
    const whole = join(folder, 'whole.ndjson')
    await stowage(['export', path, whole])
    const bytes = readFileSync(whole)
    await inCache(kind, path, (cache) => cache.set('text', 'younger'))
    for (const cutAt of [
      1,
      40,
      Math.floor(bytes.length / 2),
      bytes.length - 400,
      bytes.length - 20,
      bytes.length - 1,
    ]) {
      const file = join(folder, `cut at ${cutAt}.ndjson`)
      writeFileSync(file, bytes.subarray(0, cutAt))
      expect(await stowage(['export', path, file, '--resume'])).toMatchObject({ code: 0 })
      const target = newPath(kind)
      expect(await stowage(['import', target, file, '--create', kind])).toMatchObject({ code: 0 })
      expect(await inCache(kind, target, (cache) => cache.get('text'))).toBe('younger')
      await expectSame([kind, path], [kind, target])
    }
  })

  test('what is newer in the store stays, what is older goes', async () => {
    const path = await filledStore(kind, (cache) => cache.set('a', 'exported'))
    const file = join(tempFolder(), 'all.ndjson')
    await stowage(['export', path, file])
    const older = await filledStore(kind, async () => undefined)
    const backend = opened(kind, older)
    const facts = { storedAtMs: 1, staleAtMs: 9e14, errorOnlyAtMs: 9e14, expireAtMs: 9e14 }
    const none = { tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
    const encode = () => ({ format: 'json', body: '"older"', checksum: 0 })
    const entry = { facts: { ...facts, ...none }, value: 'older', maxBytes: Number.POSITIVE_INFINITY, encode }
    await backend.set('a', entry, 1, undefined)
    expect(await stowageJson(['import', older, file])).toEqual([expect.objectContaining({ stored: 1, newer: 0 })])
    expect(await inCache(kind, older, (cache) => cache.get('a'))).toBe('exported')
    await inCache(kind, path, (cache) => cache.set('a', 'younger'))
    expect(await stowageJson(['import', path, file])).toEqual([expect.objectContaining({ stored: 0, newer: 1 })])
    expect(await inCache(kind, path, (cache) => cache.get('a'))).toBe('younger')
  })

  test('damaged lines and a missing end are said, and all else is stored', async () => {
    const path = await filled(kind)
    const file = join(tempFolder(), 'all.ndjson')
    await stowage(['export', path, file])
    writeFileSync(file, readFileSync(file, 'utf8').replace('plain', 'PLAIN'))
    const target = newPath(kind)
    const damaged = await stowage(['import', target, file, '--create', kind])
    expect(damaged).toMatchObject({ code: 1, out: saying('1 line damaged') })
    expect(await stowageJson(['keys', target])).toHaveLength(5)
    truncateSync(file, statSync(file).size - 30)
    const cut = await stowage(['import', newPath(kind), file, '--create', kind])
    expect(cut).toMatchObject({ code: 1, out: saying('has no end') })
  })

  test('entries that are damaged in the store are left out, and said', async () => {
    const path = await filledStore(kind, async (cache) => {
      await cache.set('sound', 'as it was')
      await cache.set('torn', 'UNMISTAKABLE')
    })
    corrupt(path, 'UNMISTAKABLE')
    const file = join(tempFolder(), 'all.ndjson')
    const ended = await stowage(['export', path, file, '--json'])
    expect(ended.code).toBe(1)
    expect(JSON.parse(ended.out)).toMatchObject({ entryCount: 1, damagedCount: 1 })
  })

  test('an export goes through a pipe', async () => {
    const path = await filled(kind)
    const target = newPath(kind)
    const exported = await stowageProcess(['export', path])
    expect(exported).toMatchObject({ code: 0, err: saying('exported 6 entries') })
    const imported = await stowageProcess(['import', target, '--create', kind], exported.out)
    expect(imported).toMatchObject({ code: 0, out: 'stored 6 entries\n' })
    await expectSame([kind, path], [kind, target])
  })

  test('an import that was stopped leaves its checkpoint, and goes on there', async () => {
    const path = await filled(kind)
    const [file, checkpoint, target] = [join(tempFolder(), 'all.ndjson'), join(tempFolder(), 'at'), newPath(kind)]
    await stowage(['export', path, file])
    const bytes = readFileSync(file)
    const half = bytes.indexOf('\n', 100) + 10
    truncateSync(file, half)
    const importing = ['import', target, file, '--create', kind, '--checkpoint', checkpoint]
    expect((await stowage(importing)).code).toBe(1)
    appendFileSync(file, bytes.subarray(half))
    const [report] = await stowageJson(importing)
    expect(report).toMatchObject({ isWhole: true, there: 0, fromBytes: bytes.lastIndexOf('\n', half) + 1 })
    await expectSame([kind, path], [kind, target])
    const other = await stowage(['import', await filled(kind), file, '--checkpoint', file])
    expect(other).toMatchObject({ code: 2, err: saying('is no checkpoint') })
  })
})

test('an export of the first version is read for ever', async () => {
  const target = newPath('sqlite')
  const file = join(import.meta.dirname, 'fixtures/one-entry.ndjson')
  expect(await stowage(['import', target, file, '--create', 'sqlite'])).toMatchObject({
    code: 0,
    out: 'stored 1 entry\n',
  })
  expect(await inCache('sqlite', target, (cache) => cache.lookup('a'))).toMatchObject({ value: 'b', tags: ['one'] })
})

test('what cannot be is refused, and no file is harmed', async () => {
  const path = await filled('sqlite')
  const folder = tempFolder()
  const file = join(folder, 'mine.txt')
  writeFileSync(file, 'my own text\n')
  expect(await stowage(['export', path, file])).toMatchObject({ code: 2, err: saying('--resume') })
  expect(await stowage(['export', path, file, '--resume'])).toMatchObject({ code: 2, err: saying('is no export') })
  expect(readFileSync(file, 'utf8')).toBe('my own text\n')
  expect(await stowage(['export', path, '--resume'])).toMatchObject({ code: 2 })
  expect(await stowage(['import', path, file])).toMatchObject({ code: 2, err: saying('is no export') })
  const whole = join(folder, 'whole.ndjson')
  await stowage(['export', path, whole])
  const missing = join(folder, 'missing')
  expect(await stowage(['import', missing, whole])).toMatchObject({ code: 3, err: saying('no store') })
  expect(existsSync(missing)).toBe(false)
  expect(await stowage(['export', path, whole, '--resume'])).toMatchObject({ code: 0, out: saying('whole already') })
})
