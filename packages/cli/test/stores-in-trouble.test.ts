/** Stores that are empty, damaged or missing: said as such, by exit code too, and never made, moved or cut down by looking. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createCache } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { describe, expect, test } from 'vitest'
import { corrupt, filledStore, inCache, KINDS, newPath, tempFolder } from './stores.ts'
import { saying, stowage, stowageJson } from './stowage.ts'

const COMMANDS = [
  ['stats'],
  ['stats', '--watch'],
  ['keys'],
  ['get', 'a'],
  ['set', 'a', 'b', '--ttl', '1h'],
  ['delete', 'a', '--yes'],
  ['invalidate', '--all', '--yes'],
  ['check', '--repair', '--yes'],
  ['sweep'],
  ['export'],
  ['import', join(import.meta.dirname, 'fixtures/one-entry.ndjson')],
] as const

function on(path: string, [command, ...rest]: readonly string[]): string[] {
  return [command ?? '', path, ...rest]
}

describe.each(COMMANDS.map((command) => ({ command, name: command.join(' ') })))('$name', ({ command }) => {
  test('says that there is no store, and makes none', async () => {
    const path = join(tempFolder(), 'missing')
    const ended = await stowage(on(path, command))
    const hint = command[0] === 'import' ? '; --create sqlite or --create fs begins one' : ''
    expect(ended).toEqual({ code: 3, out: '', err: `stowage: there is no store at '${path}'${hint}\n` })
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test('leaves a damaged sqlite file where it is', async () => {
    const path = newPath('sqlite')
    const damaged = Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176, 7)])
    writeFileSync(path, damaged)
    const ended = await stowage(on(path, command))
    expect(ended).toMatchObject({ code: 3, out: '', err: saying('is damaged') })
    expect(readdirSync(dirname(path))).toEqual(['cache.db'])
    expect(readFileSync(path).equals(damaged)).toBe(true)
  })
})

describe('a sqlite file that opens and cannot be read through', () => {
  async function tornStore(): Promise<string> {
    const path = await filledStore('sqlite', async (cache) => {
      for (let at = 0; at < 300; at++) await cache.set(`key ${at}`, 'x'.repeat(500))
    })
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.fill(7, bytes.length / 2))
    return path
  }

  test.each([['stats'], ['keys'], ['check'], ['export']])('%s says so, and what to do', async (command) => {
    const ended = await stowage([command, await tornStore()])
    expect(ended).toMatchObject({ code: 4, err: saying('move the file away: a service that starts begins a new one') })
  })

  test('doctor finds it', async () => {
    const ended = await stowage(['doctor', await tornStore()])
    expect(ended).toMatchObject({ code: 1, out: saying('→ move the file away'), err: '' })
  })
})

test('an empty file and a folder of other things are no stores', async () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'empty.db'), '')
  mkdirSync(join(folder, 'empty'))
  expect(await stowage(['stats', join(folder, 'empty.db')])).toMatchObject({ code: 3 })
  expect(await stowage(['stats', join(folder, 'empty')])).toMatchObject({ code: 3 })
  expect(await stowage(['stats', folder])).toMatchObject({ code: 3 })
  expect(readdirSync(join(folder, 'empty'))).toEqual([])
  expect(existsSync(join(folder, 'stowage-files.json'))).toBe(false)
})

test('a server that does not answer is told as such', async () => {
  const ended = await stowage(['stats', 'redis://:secret@127.0.0.1:1'])
  expect(ended).toMatchObject({
    code: 3,
    out: '',
    err: saying('no answer from redis://***@127.0.0.1:1'),
  })
})

test('options that mean nothing to a store are refused', async () => {
  const path = await filledStore('fs', async () => undefined)
  expect(await stowage(['keys', path, '--kind', 'a'])).toMatchObject({ code: 2 })
  expect(await stowage(['keys', path, '--redis-prefix', 'a'])).toMatchObject({ code: 2 })
  expect(await stowage(['keys', path, '--limit', '0'])).toMatchObject({ code: 2 })
})

describe.each(KINDS)('%s', (kind) => {
  test('an empty store has nothing to show and is in order', async () => {
    const path = await filledStore(kind, async () => undefined)
    expect((await stowage(['stats', path])).out).toContain('nothing live')
    expect(await stowage(['keys', path])).toEqual({ code: 0, out: '', err: '' })
    expect((await stowage(['check', path])).out).toContain('in order')
  })

  test('check finds a torn entry, and takes it out with --repair only', async () => {
    const path = await filledStore(kind, async (cache) => {
      await cache.set('sound', 'as it was')
      await cache.set('torn', 'UNMISTAKABLE')
    })
    corrupt(path, 'UNMISTAKABLE')
    for (let time = 0; time < 2; time++) {
      const found = await stowage(['check', path, '--json'])
      expect(found.code).toBe(1)
      expect(JSON.parse(found.out)).toMatchObject({ entries: 1, torn: 1, repaired: 0 })
    }
    const shown = await stowage(['get', path, 'torn'])
    expect(shown.out).toBe('')
    expect([1, 4]).toContain(shown.code)
    expect(await stowage(['check', path, '--repair', '--yes'])).toMatchObject({ code: 0 })
    expect(await stowageJson(['check', path])).toEqual([expect.objectContaining({ entries: 1, torn: 0 })])
    expect(await inCache(kind, path, (cache) => cache.get('sound'))).toBe('as it was')
  })
})

test('a store larger than the default limit is not cut down by being opened', async () => {
  const path = newPath('sqlite')
  const cache = createCache({ backend: sqliteBackend({ path, maxBytes: '2GB' }), ttl: '1h' })
  const value = Buffer.alloc(120_000_000)
  for (let n = 0; n < 5; n++) await cache.set(`large ${n}`, value)
  await cache.close()
  expect(await stowageJson(['stats', path])).toEqual([expect.objectContaining({ entryCount: 5 })])
})
