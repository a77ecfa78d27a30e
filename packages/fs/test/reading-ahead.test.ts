/** Regression: a reader held up between opening and reading took what had since been written into its file for the key's next version, which was not in its place yet: it saw the newer value, then the older one again. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, test, vi } from 'vitest'
import { newIdentity, PRELUDE_BYTES, packPrelude } from '../src/entry-file.ts'
import { Layout } from '../src/layout.ts'
import { newDirectory, openCache } from './stores.ts'

/** What others do, once, as soon as the file of that path has been opened. */
const meanwhile = vi.hoisted(() => ({ path: '', act: () => {} }))

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return {
    ...fs,
    openSync(path: string, flags: number, mode?: number) {
      const descriptor = fs.openSync(path, flags, mode)
      if (path === meanwhile.path) {
        meanwhile.path = ''
        meanwhile.act()
      }
      return descriptor
    },
  }
})

beforeEach(() => {
  meanwhile.path = ''
})

/** The file as a write of that identity would have made it. */
function writtenAs(file: Buffer, identity: number): Buffer {
  const recordBytes = file.readDoubleLE(32)
  const prelude = { generation: file.readDoubleLE(8), epoch: file.readDoubleLE(16), identity, recordBytes }
  return Buffer.concat([packPrelude(prelude, file.subarray(PRELUDE_BYTES)), file.subarray(PRELUDE_BYTES)])
}

async function filled() {
  const directory = newDirectory()
  const cache = openCache(directory)
  const { path } = new Layout(directory).placeOf('key')
  const fileOf = async (value: string) => {
    await cache.set('key', value)
    return readFileSync(path)
  }
  return { cache, path, next: await fileOf('next'), stored: await fileOf('stored') }
}

test('what is written into the opened file for the next version, and not in its place yet, is not served', async () => {
  const { cache, path, next, stored } = await filled()
  const act = vi.fn(() => {
    renameSync(path, `${path}.old`)
    writeFileSync(path, writtenAs(stored, newIdentity()))
    writeFileSync(`${path}.old`, writtenAs(next, newIdentity()))
  })
  Object.assign(meanwhile, { path, act })
  expect(await cache.get('key')).toBe('stored')
  expect(act).toHaveBeenCalledOnce()
})

test('a file that seems to be of the future, as after the machine was started anew, is served from its place', async () => {
  const { cache, path, next } = await filled()
  writeFileSync(path, writtenAs(next, 2 * newIdentity()))
  expect(await cache.get('key')).toBe('next')
  expect(await cache.check()).toMatchObject({ entries: 1, torn: 0, wrong: 0 })
})
