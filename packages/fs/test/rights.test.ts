/** Who may do what: modes, owners, links that others put in the way, and rights that are taken away in use. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '@stowage/core'
import { fsBackend } from '@stowage/fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FORMAT, Layout } from '../src/layout.ts'
import { planFs } from '../src/options.ts'
import { preparePlace } from '../src/place.ts'
import type { RightsStory } from './fixtures/rights-story.ts'
import { newDirectory, openCache } from './stores.ts'
import { tempFolder } from './temp-folder.ts'

const isRoot = process.geteuid?.() === 0
const NOBODY = 65_534
const STORY = fileURLToPath(new URL('./fixtures/rights-story.ts', import.meta.url))

function refusal(directory: string): string {
  try {
    void fsBackend({ directory }).close()
    return 'nothing'
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigError)
    return String(thrown)
  }
}

test('folders are made 0700 and files 0600, and a folder that was wider is made private', async () => {
  const directory = newDirectory()
  mkdirSync(directory, { mode: 0o755 })
  const cache = openCache(directory)
  for (let at = 0; at < 20; at++) await cache.set(`key ${at}`, 'x'.repeat(at * 10_000), { tags: ['t'] })
  await cache.invalidate({ tags: ['other'] })
  expect(statSync(directory).mode & 0o777).toBe(0o700)
  const paths = readdirSync(directory, { recursive: true }).map((name) => join(directory, String(name)))
  expect(paths.length).toBeGreaterThan(25)
  for (const path of paths) {
    const stats = lstatSync(path)
    expect(stats.mode & 0o777, path).toBe(stats.isDirectory() ? 0o700 : 0o600)
  }
})

test('no key, whatever it looks like, becomes a part of a path', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (const key of ['../../outside', '/etc/passwd', 'a/b', 'CON', '.', '..', 'x\0y']) await cache.set(key, key)
  const names = readdirSync(join(directory, 'entries'), { recursive: true }).map(String)
  for (const name of names) expect(name).toMatch(/^[0-9a-f]{2}(\/[0-9a-f]{38})?$/)
  expect(readdirSync(join(directory, '..'))).toEqual(['cache'])
})

describe('refused with a ConfigError', () => {
  test('a folder with other things in it, which stay', () => {
    const directory = newDirectory()
    mkdirSync(directory)
    writeFileSync(join(directory, 'thesis.txt'), 'text')
    expect(refusal(directory)).toMatch(/holds other things/)
    expect(readFileSync(join(directory, 'thesis.txt'), 'utf8')).toBe('text')
  })

  test('a folder that everybody can write to, and one that lies in such a one', () => {
    const open = newDirectory()
    mkdirSync(open)
    chmodSync(open, 0o777)
    expect(refusal(open)).toMatch(/can swap files/)
    expect(refusal(join(open, 'cache'))).toMatch(/can swap files/)
    chmodSync(open, 0o1777)
    expect(refusal(join(open, 'cache'))).toBe('nothing')
  })

  test.runIf(isRoot)('a folder of another user', () => {
    const directory = newDirectory()
    mkdirSync(directory, { mode: 0o700 })
    chownSync(directory, NOBODY, NOBODY)
    expect(refusal(directory)).toMatch(/belongs to another user \(65534\)/)
  })

  test('a file, a newer format, and a network filesystem unless allowed', () => {
    const folder = tempFolder()
    onTestFinished(() => folder.remove())
    writeFileSync(folder.file('file'), '')
    expect(refusal(folder.file('file'))).toMatch(/is not a folder/)
    mkdirSync(folder.file('newer'))
    writeFileSync(
      join(folder.file('newer'), 'stowage-files.json'),
      `${JSON.stringify({ stowage: 'files', format: FORMAT + 1 })}\n`,
    )
    expect(refusal(folder.file('newer'))).toMatch(/no files cache of this version/)
    const plan = planFs({ directory: folder.file('remote') })
    const nfs = (): number => 0x6969
    expect(() => preparePlace(plan, nfs)).toThrow(/network filesystem \(NFS\)/)
    expect(() => preparePlace({ ...plan, networkFilesystem: 'allow' }, nfs)).not.toThrow()
  })
})

test('links in the place of entries, counts, journal or temporary files lead nowhere', async () => {
  const directory = newDirectory()
  const outside = tempFolder()
  onTestFinished(() => outside.remove())
  writeFileSync(outside.file('victim'), 'untouched')
  const cache = openCache(directory)
  await cache.set('key', 'value', { tags: ['t'] })
  const layout = new Layout(directory)
  const { path } = layout.placeOf('key')
  for (const target of [path, `${path}.old`, layout.counts, layout.journal]) {
    rmSync(target, { force: true })
    symlinkSync(outside.file('victim'), target)
    await cache.set('key', 'x'.repeat(1_000)).catch(String)
    await cache.set('key', 'x'.repeat(200_000)).catch(String)
    await cache.invalidate({ tags: ['t'] }).catch(String)
    await cache.delete('key').catch(String)
    await cache.check({ repair: true }).catch(String)
    expect(readFileSync(outside.file('victim'), 'utf8'), target).toBe('untouched')
    rmSync(target, { force: true })
  }
  expect(readdirSync(outside.path)).toEqual(['victim'])

  // Not even to what is sound.
  await cache.set('key', 'value')
  copyFileSync(path, outside.file('copy'))
  rmSync(path)
  symlinkSync(outside.file('copy'), path)
  expect(await cache.get('key')).toBeUndefined()
  expect(readdirSync(outside.path)).toEqual(['copy', 'victim'])
})

test('rights that are taken away make misses and refusals, and it goes on when they are back', {
  timeout: 60_000,
}, () => {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  if (isRoot) chownSync(folder.path, NOBODY, NOBODY)
  // Root is never refused anything.
  const as = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : ['env']
  const [program = '', ...args] = [...as, process.execPath, '--conditions=@stowage/source', STORY, folder.path]
  const told = JSON.parse(execFileSync(program, args, { encoding: 'utf8' })) as RightsStory
  expect(told.served).toBeUndefined()
  expect(told.loaded).toBe('loaded')
  expect(told.afterwards).toBe('newest')
  expect(told.faultedOnce).toContain('{"outcome":"refused","reason":"fault"}')
})

test('a folder in which the first opening of a cache was cut short is fit for one', () => {
  const directory = newDirectory()
  mkdirSync(directory)
  writeFileSync(join(directory, `stowage-files.json.${'0'.repeat(24)}.new`), '')
  expect(refusal(directory)).toBe('nothing')
})
