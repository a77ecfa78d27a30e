import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findRedisBinary } from '../src/redis-binary.ts'

let path = ''
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'stowage-path-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

async function install(name: string): Promise<string> {
  const file = join(path, name)
  await writeFile(file, '#!/bin/sh\n')
  await chmod(file, 0o755)
  return file
}

const unpacked = { command: '/unpacked/redis-server', libraryPath: '/unpacked/lib' }
const neverUnpack = () => Promise.reject(new Error('unpacked although the PATH has a server'))

test('redis-server on the PATH is taken and nothing is unpacked', async () => {
  await install('valkey-server')
  const command = await install('redis-server')
  expect(await findRedisBinary({ path, unpack: neverUnpack })).toEqual({ found: true, binary: { command } })
})

test('valkey-server is taken where there is no redis-server', async () => {
  const command = await install('valkey-server')
  expect(await findRedisBinary({ path, unpack: neverUnpack })).toEqual({ found: true, binary: { command } })
})

test('with neither on the PATH the packages of the system are unpacked', async () => {
  const search = await findRedisBinary({ path, unpack: () => Promise.resolve(unpacked) })
  expect(search).toEqual({ found: true, binary: unpacked })
})

test('when that fails too, both reasons are stated', async () => {
  const search = await findRedisBinary({ path, unpack: () => Promise.reject(new Error('the mirror is away')) })
  expect(search).toEqual({
    found: false,
    reasons: ['no redis-server or valkey-server on the PATH', 'the mirror is away'],
  })
})
