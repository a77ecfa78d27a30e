/** Texts that mean something to SQL, to LIKE or to C are texts like any other, as keys, tags, namespaces and prefixes. */
import { createCache, UsageError } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { expectConsistent } from './inspection.ts'
import { newPath } from './stores.ts'

const TEXTS = [
  "'; DROP TABLE stowage_entry_v1; --",
  '" OR 1=1',
  "a'b''c",
  'a_',
  'ab',
  'a%',
  'a\\',
  'a\\_',
  'a\0b',
  'a',
  '?1',
  ':key',
  '[a]',
  'a*',
  '$(x)',
] as const

function openCache() {
  const path = newPath()
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h' })
  onTestFinished(() => cache.close())
  return { cache, path }
}

test('as keys and tags: each is itself only', async () => {
  const { cache, path } = openCache()
  for (const text of TEXTS) await cache.set(text, { text }, { tags: [text] })
  for (const text of TEXTS) expect(await cache.get(text)).toEqual({ text })
  for (const [at, text] of TEXTS.entries()) {
    if (at % 2 === 0) await cache.invalidate({ tags: [text] })
    else expect(await cache.delete(text)).toBe(true)
    const left = await Promise.all(TEXTS.map((other) => cache.has(other)))
    expect(left.filter(Boolean)).toHaveLength(TEXTS.length - at - 1)
  }
  expectConsistent(path)
})

test('as namespaces and prefixes: a prefix covers what begins so, to the letter', async () => {
  const { cache, path } = openCache()
  for (const space of TEXTS) for (const key of TEXTS) await cache.namespace(space).set(key, `${space}/${key}`)
  for (const prefix of TEXTS) {
    const space = cache.namespace(prefix)
    await space.invalidate({ prefix })
    const left = new Set<unknown>()
    for (const key of TEXTS) if (await space.has(key)) left.add(key)
    expect([...left]).toEqual(TEXTS.filter((key) => !key.startsWith(prefix)))
    await space.invalidate({ all: true })
  }
  await cache.sweep()
  expect(await cache.usage()).toMatchObject({ entries: 0 })
  expectConsistent(path)
})

test('a key of a megabyte is refused, and nothing is stored', async () => {
  const { cache } = openCache()
  await expect(cache.set('k'.repeat(1_000_000), 1)).rejects.toThrow(UsageError)
  expect(await cache.usage()).toMatchObject({ entries: 0 })
})
