/**
 * Regression: what was refused or not found did not say what to do: a ttl without a unit was told that milliseconds are allowed, an import
 * without a store nothing of --create, a key copied from the listing nothing of --parts. There was no --version, the help showed `(default: [])`,
 * and `size` told of one size several times.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { filledStore, newPath, tempFolder } from '../stores.ts'
import { saying, stowage } from '../stowage.ts'

test('a number without a unit is told of units', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const { code, err } = await stowage(['set', path, 'key', 'value', '--ttl', '5'])
  expect([code, err]).toEqual([2, saying("--ttl: '5' has no unit; allowed: a text such as '500ms', '30s'")])
})

test('an import without a store is told how one is begun', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value'))
  const file = join(tempFolder(), 'all.ndjson')
  await stowage(['export', path, file])
  const missing = newPath('sqlite')
  const { code, err } = await stowage(['import', missing, file])
  expect([code, err]).toEqual([3, saying('; --create sqlite or --create fs begins one')])
})

test('a key as the listing shows it is told of --parts', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set(['user', 7], 'seven'))
  const { err } = await stowage(['get', path, '["user",7]'])
  expect(err).toBe('stowage: ["user",7]: absent; a key of parts is given with --parts\n')
  const { out } = await stowage(['delete', path, '["user",7]', '--yes'])
  expect(out).toContain('not there: ["user",7]; a key of parts is given with --parts')
  expect((await stowage(['get', path, 'user:7'])).err).toBe('stowage: user:7: absent\n')
})

test('an invalidation says what was invalidated', async () => {
  const path = await filledStore('sqlite', (cache) => cache.set('key', 'value', { tags: ['users'] }))
  const { out } = await stowage(['invalidate', path, '--tag', 'users', '--yes'])
  expect(out).toBe(`invalidated {"tags":["users"]} in ${path}\n`)
})

test('the version is that of the package', async () => {
  const manifest = readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')
  const { code, out } = await stowage(['--version'])
  expect(code).toBe(0)
  expect(manifest).toContain(`"version": "${out.trim()}"`)
})

test('help shows no empty default', async () => {
  expect((await stowage(['set', '--help'])).out).not.toContain('default: []')
})

test('each size is told once', async () => {
  const path = join(tempFolder(), 'keys.log')
  writeFileSync(path, 'a\nb\nc\na\nb\na\n')
  const { out } = await stowage(['size', path])
  expect(out.match(/ 1 entry /g)).toHaveLength(1)
})
