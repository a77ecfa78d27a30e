/** Regression: where the marker of a folder in use was deleted, with more of it or without, what was left was taken for something else: no process could use it until it had all gone. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

async function used() {
  const layout = new Layout(newDirectory())
  const cache = openCache(layout.directory)
  await cache.set('key', 1)
  return { layout, cache }
}

function keepOnly({ directory }: Layout, names: readonly string[]): void {
  for (const name of readdirSync(directory)) {
    if (!names.includes(name)) rmSync(join(directory, name), { recursive: true })
  }
}

test('without its marker alone it is a cache still, for all who open it', async () => {
  const { layout, cache } = await used()
  rmSync(layout.marker)
  expect(await openCache(layout.directory).get('key')).toBe(1)
  expect(JSON.parse(readFileSync(layout.marker, 'utf8'))).toMatchObject({ stowage: 'files' })
  expect(await cache.get('key')).toBe(1)
})

test.each([['entries'], ['journal', 'counts'], ['lock'], []])(
  'what is left of it (%s) is used by who had it',
  async (...names) => {
    const { layout, cache } = await used()
    keepOnly(layout, names)
    await cache.set('key', 2)
    expect(await cache.get('key')).toBe(2)
    expect(await openCache(layout.directory).get('key')).toBe(2)
    expect(await cache.check({ repair: true })).toMatchObject({ entries: 1 })
  },
)

test.each(['mine', 'entries.bak'])('beside anything else (%s) it is none', async (name) => {
  const { layout, cache } = await used()
  keepOnly(layout, ['entries', 'journal'])
  writeFileSync(join(layout.directory, name), '')
  await expect(cache.set('key', 2)).rejects.toThrow(/holds other things/)
  mkdirSync(layout.holders)
  expect(() => openCache(layout.directory)).toThrow(ConfigError)
  expect(readdirSync(layout.directory)).not.toContain(basename(layout.marker))
})

test('nor is another folder with such names in its place', async () => {
  const { layout, cache } = await used()
  renameSync(layout.directory, `${layout.directory}.aside`)
  mkdirSync(layout.directory, { mode: 0o700 })
  mkdirSync(layout.entries)
  await expect(cache.set('key', 2)).rejects.toThrow(/holds other things/)
  expect(() => openCache(layout.directory)).toThrow(ConfigError)
})
