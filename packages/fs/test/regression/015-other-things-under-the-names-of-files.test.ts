/** Regression: a folder, link, pipe or socket under the name of the journal, the figures, the lock or another file of the cache's own stopped or hung every opening and every write. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FORMAT, Layout } from '../../src/layout.ts'
import { makePipe } from '../pipe.ts'
import { newDirectory, openCache } from '../stores.ts'

const FILES = ['journal', 'counts', 'lock', 'ballast'] as const
const FOLDERS = [`holders-${FORMAT}`, 'entries'] as const

const THINGS: Readonly<Record<string, (path: string) => void | Promise<void>>> = {
  folder(path) {
    mkdirSync(path)
    writeFileSync(join(path, 'inside'), 'text')
  },
  link(path) {
    writeFileSync(`${path}-target`, 'untouched')
    symlinkSync(`${path}-target`, path)
  },
  'link to nothing': (path) => symlinkSync(`${path}-nowhere`, path),
  pipe: makePipe,
  async socket(path) {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    onTestFinished(() => void server.close())
  },
}

/** What it is warned of. */
function warnings(): readonly string[] {
  const told: string[] = []
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation((message) => void told.push(String(message)))
  onTestFinished(() => spy.mockRestore())
  return told
}

async function put(thing: string, path: string): Promise<void> {
  rmSync(path, { recursive: true, force: true })
  await THINGS[thing]?.(path)
}

/** All that needs the files of the cache's own. */
async function expectWell(directory: string): Promise<void> {
  const cache = openCache(directory)
  expect(await cache.set('key', 'newer', { tags: ['t'] })).toEqual({ outcome: 'stored' })
  expect(await openCache(directory).get('key')).toBe('newer')
  await cache.invalidate({ tags: ['t'] })
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.set('key', 'again')).toEqual({ outcome: 'stored' })
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: 1 })
  await cache.check({ repair: true })
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0, orphans: 0 })
  await cache.close()
}

const ALL = Object.keys(THINGS).flatMap((thing) =>
  [...FILES, ...FOLDERS]
    .filter((name) => thing !== 'folder' || !(FOLDERS as readonly string[]).includes(name))
    .map((name) => ({ thing, name })),
)

test.each(ALL)('a $thing for $name, found at an opening', async ({ thing, name }) => {
  const directory = newDirectory()
  const before = openCache(directory)
  await before.set('key', 'value')
  await before.close()
  await put(thing, join(directory, name))
  const told = warnings()
  await expectWell(directory)
  expect(told).toEqual([expect.stringMatching(new RegExp(`/${name}'`))])
  const target = join(directory, `${name}-target`)
  if (existsSync(target)) expect(readFileSync(target, 'utf8')).toBe('untouched')
})

test.each(ALL)('a $thing for $name, put there in use', async ({ thing, name }) => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value', { tags: ['t'] })
  const told = warnings()
  await put(thing, join(directory, name))
  expect(await cache.set('key', 'next')).toEqual({ outcome: 'stored' })
  await cache.delete('key')
  await expectWell(directory)
  expect(told).toHaveLength(1)
})

test('what was in a folder is not lost at once', async () => {
  const directory = newDirectory()
  await openCache(directory).close()
  await put('folder', join(directory, 'counts'))
  const told = warnings()
  const cache = openCache(directory)
  const [aside = ''] = readdirSync(directory).filter((name) => name.endsWith('.aside'))
  expect(readFileSync(join(directory, aside, 'inside'), 'utf8')).toBe('text')
  expect(told.join()).toContain(aside)
  expect(await cache.check({ repair: true })).toMatchObject({ orphans: 1, repaired: 1 })
  expect(readdirSync(directory)).not.toContain(aside)
})

test.each(['pipe', 'link', 'link to nothing', 'folder'])(
  'a %s for the mark of the folder: it is no cache',
  async (thing) => {
    const directory = newDirectory()
    await openCache(directory).close()
    await put(thing, new Layout(directory).marker)
    expect(() => openCache(directory)).toThrow(/no files cache of this version/)
  },
)

test.each(['pipe', 'link', 'link to nothing'])('a %s for the folder of a shard', async (thing) => {
  const directory = newDirectory()
  const cache = openCache(directory)
  await cache.set('key', 'value')
  const layout = new Layout(directory)
  const { shard, path } = layout.placeOf('key')
  await put(thing, layout.shardFolder(shard))
  warnings()
  expect(await cache.get('key')).toBeUndefined()
  expect(await cache.set('key', 'newer')).toEqual({ outcome: 'stored' })
  expect(await cache.set('key', 'x'.repeat(200_000))).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('x'.repeat(200_000))
  expect(existsSync(path)).toBe(true)
})

test.each(['pipe', 'folder', 'link'])('a %s for a spare, and for files of the dead', async (thing) => {
  const directory = newDirectory()
  const cache = openCache(directory)
  const layout = new Layout(directory)
  const { shard, path } = layout.placeOf('key')
  await cache.set('key', 'first')
  await cache.set('key', 'second')
  await put(thing, `${path}.old`)
  await put(thing, `${layout.shardFolder(shard)}/t.000000000000000000000000.1.0000000000000000`)
  await put(thing, `${layout.holders}/0000000000000000`)
  expect(await cache.set('other', 'value')).toEqual({ outcome: 'stored' })
  expect(await cache.set('key', 'third')).toEqual({ outcome: 'stored' })
  expect(await cache.get('key')).toBe('third')
  await cache.sweep()
  expect(readdirSync(layout.holders)).not.toContain('0000000000000000')
  await cache.check({ repair: true })
  expect(await cache.check()).toMatchObject({ entries: 2, torn: 0, wrong: 0, orphans: 0 })
})
