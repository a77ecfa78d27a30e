/** A bad option is refused at once, with its name, its value and what is allowed. */
import { existsSync } from 'node:fs'
import { ConfigError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { afterAll, expect, test } from 'vitest'
import { tempFolder } from './temp-folder.ts'

const folder = tempFolder()
const path = folder.file('cache.db')
afterAll(() => folder.remove())

const REFUSED: readonly [options: unknown, parts: readonly string[]][] = [
  [undefined, ['sqliteBackend', 'undefined', 'options object']],
  [{ path, size: 1 }, ['size', 'allowed', 'maxBytes']],
  [{}, ['path', 'undefined', 'the path of a file']],
  [{ path: '' }, ['path', "''", 'the path of a file']],
  [{ path: 'a\0b' }, ['path', 'the path of a file']],
  [{ path: 7 }, ['path: 7 ', 'the path of a file']],
  [{ path: new URL('file:///tmp/a.db') }, ['path: an object is not a path', 'the path of a file']],
  [{ path: ':memory:' }, ['path', ':memory:', 'memoryBackend()']],
  [{ path: 'file:cache.db?mode=memory' }, ['path', 'file:cache.db', 'not a URI']],
  [{ path, maxBytes: 0 }, ['maxBytes', '0', 'above 0']],
  [{ path, maxBytes: '5 parsecs' }, ['maxBytes', '5 parsecs', '64MB']],
  [{ path, memoryBytes: -1 }, ['memoryBytes', '-1', '0 for none']],
  [{ path, maxEntries: 1.5 }, ['maxEntries', '1.5', 'from 1']],
  [{ path, eviction: 'random' }, ['eviction', 'random', "'lru', 'lfu', 'fifo', 'none'"]],
  [{ path, durability: 'paranoid' }, ['durability', 'paranoid', "'relaxed', 'strict'"]],
  [{ path, networkFilesystem: 'yes' }, ['networkFilesystem', 'yes', "'refuse', 'allow'"]],
]

test.each(REFUSED)('%o', (options, parts) => {
  const make: (options: never) => unknown = sqliteBackend
  const refusal = thrownBy(() => Reflect.apply(make, undefined, [options]))
  expect(refusal).toBeInstanceOf(ConfigError)
  for (const part of parts) expect(String(refusal)).toContain(part)
  expect(existsSync(path)).toBe(false)
})

test('limits that are not given are 500 MB and no count', async () => {
  const backend = sqliteBackend({ path: folder.file('plain.db') })
  expect(await backend.usage(0)).toEqual({ entryCount: 0, sizeBytes: 0, maxBytes: 500_000_000, maxEntries: undefined })
  await backend.close()
})

function thrownBy(run: () => unknown): unknown {
  try {
    return run()
  } catch (thrown) {
    return thrown
  }
}
