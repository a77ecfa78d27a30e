/** `begin: 'refuse'`: what is not there is not made, and what is damaged is not moved. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { sqliteBackend } from '../src/index.ts'
import { newPath } from './stores.ts'

test('a missing and an empty file are refused, and stay so', () => {
  const path = newPath()
  expect(() => sqliteBackend({ path, begin: 'refuse' })).toThrow('there is no cache')
  expect(readdirSync(dirname(path))).toEqual([])
  writeFileSync(path, '')
  expect(() => sqliteBackend({ path, begin: 'refuse' })).toThrow('there is no cache')
  expect(readFileSync(path).byteLength).toBe(0)
})

test('a damaged file is refused, and stays where it is', () => {
  const path = newPath()
  writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8_176, 7)]))
  expect(() => sqliteBackend({ path, begin: 'refuse' })).toThrow('is damaged')
  expect(readdirSync(dirname(path))).toEqual(['cache.db'])
})

test('a cache that is there is opened', async () => {
  const path = newPath()
  await sqliteBackend({ path }).close()
  const backend = sqliteBackend({ path, begin: 'refuse' })
  expect(await backend.usage(0)).toMatchObject({ entryCount: 0 })
  await backend.close()
})
