import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findOnPath } from '../src/path-lookup.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'stowage-path-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function program(folder: string, name: string, mode = 0o755): Promise<string> {
  const file = join(root, folder, name)
  await mkdir(join(root, folder), { recursive: true })
  await writeFile(file, '#!/bin/sh\n')
  await chmod(file, mode)
  return file
}

test('the first folder of the path wins', async () => {
  const first = await program('one', 'redis-server')
  await program('two', 'redis-server')
  const path = [join(root, 'empty'), join(root, 'one'), join(root, 'two')].join(delimiter)
  expect(findOnPath(['redis-server'], path)).toBe(first)
})

test('an earlier name wins over an earlier folder', async () => {
  await program('one', 'valkey-server')
  const redis = await program('two', 'redis-server')
  const path = [join(root, 'one'), join(root, 'two')].join(delimiter)
  expect(findOnPath(['redis-server', 'valkey-server'], path)).toBe(redis)
})

test('a folder, a file that may not be run and an absent file are no programs', async () => {
  await mkdir(join(root, 'one', 'redis-server'), { recursive: true })
  await program('two', 'redis-server', 0o644)
  const path = [join(root, 'one'), join(root, 'two'), join(root, 'absent')].join(delimiter)
  expect(findOnPath(['redis-server'], path)).toBeUndefined()
})

test('an empty path finds nothing, also not in the current folder', () => {
  expect(findOnPath(['package.json'], '')).toBeUndefined()
})
