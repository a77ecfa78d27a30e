/** Regression: a power cut soon after the first opening could leave the marker of the folder empty, and no cache could be opened on it any more. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@stowage/core'
import { expect, test, vi } from 'vitest'
import { FORMAT, Layout } from '../../src/layout.ts'
import { newDirectory, openCache } from '../stores.ts'

const disk = vi.hoisted(() => ({ steps: [] as string[], paths: new Map<number, string>() }))

vi.mock('node:fs', async (original) => {
  const actual = await original<typeof import('node:fs')>()
  return {
    ...actual,
    openSync(path: string, flags: number, mode?: number) {
      const descriptor = actual.openSync(path, flags, mode)
      disk.paths.set(descriptor, path)
      return descriptor
    },
    fsyncSync(descriptor: number) {
      actual.fsyncSync(descriptor)
      disk.steps.push(`fsync ${disk.paths.get(descriptor)}`)
    },
    renameSync(from: string, to: string) {
      actual.renameSync(from, to)
      disk.steps.push(`rename ${to}`)
    },
  }
})

async function emptied(): Promise<Layout> {
  const layout = new Layout(newDirectory())
  const cache = openCache(layout.directory)
  await cache.set('key', 1)
  await cache.close()
  writeFileSync(layout.marker, '')
  return layout
}

test('the disk has the marker before anything else is in the folder', () => {
  const { directory, marker } = new Layout(newDirectory())
  openCache(directory)
  const at = disk.steps.indexOf(`rename ${marker}`)
  expect(disk.steps[at - 1]).toMatch(`fsync ${marker}.`)
  expect(disk.steps[at + 1]).toBe(`fsync ${directory}`)
})

test('a folder with an empty one is a cache still, where all that is in it is one', async () => {
  const { directory, marker } = await emptied()
  writeFileSync(`${marker}.0123456789abcdef01234567.new`, '')
  writeFileSync(join(directory, 'lock.0123456789abcdef'), '')
  mkdirSync(join(directory, 'journal.0123456789abcdef01234567.aside'))
  const cache = openCache(directory)
  expect(await cache.get('key')).toBe(1)
  expect(JSON.parse(readFileSync(marker, 'utf8'))).toMatchObject({ stowage: 'files' })
})

test('also where nothing else had been made yet', async () => {
  const { directory, marker } = new Layout(newDirectory())
  mkdirSync(directory, { mode: 0o700 })
  writeFileSync(marker, '')
  const cache = openCache(directory)
  await cache.set('key', 1)
  expect(await cache.get('key')).toBe(1)
})

test.each(['mine', `holders-${FORMAT + 1}`, 'entries.bak'])('beside anything else (%s) it is none', async (name) => {
  const { directory, marker } = await emptied()
  writeFileSync(join(directory, name), '')
  expect(() => openCache(directory)).toThrow(ConfigError)
  expect(readFileSync(marker, 'utf8')).toBe('')
})
