/** What `keys` prints could not be given to other commands: namespaces, spaces and quotes, parts that JSON does not know, what is unprintable. */
import { execFileSync } from 'node:child_process'
import { createCache } from '@stowage/core'
import { expect, test } from 'vitest'
import { backendAt, newPath } from '../stores.ts'
import { stowage } from '../stowage.ts'

/** Before the key: how large it is, and how long it lives. */
const COLUMNS = 20

function wordsOf(line: string): string[] {
  return execFileSync('sh', ['-c', `printf '%s\\0' ${line.slice(COLUMNS)}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
}

test('each line of keys names its key to get and delete', async () => {
  const path = newPath('sqlite')
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h' })
  const keys = [
    'user:7',
    'user 7',
    "it's $HOME `id` !",
    '',
    '-x',
    '--yes',
    '["user",7]',
    '=cmd',
    '#a',
    'naïve',
    'a\u001b[2Jb\n',
    'zero\u200bwidth \u{e0001}',
    ['user', 7],
    ['user', 7n, undefined, new Date(0), { b: [true], a: null }],
    ["it's", 'a\u001b[2J', '\u{e0001}'],
  ]
  for (const key of keys) await cache.set(key, 1, { tags: ['a tag', 'b'] })
  await cache.namespace('app').namespace('a/b c').set('-x', 1)
  await cache.namespace('app').set(['deep'], 1)
  await cache.close()
  const { out } = await stowage(['keys', path])
  const lines = out.split('\n').slice(0, -1)
  expect(lines).toHaveLength(keys.length + 2)
  for (const line of lines) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(await stowage(['get', path, ...wordsOf(line)])).toMatchObject({ code: 0, out: '1\n' })
    expect(await stowage(['delete', '--yes', path, ...wordsOf(line)])).toMatchObject({ code: 0 })
  }
  expect(await stowage(['keys', path])).toMatchObject({ code: 0, out: '' })
})

test.each(['null', '7', 'user', '{"a":1}', '[1', '[x]', '[]'])('%s is no JSON of a key', async (text) => {
  const path = newPath('sqlite')
  await createCache({ backend: backendAt('sqlite', path), ttl: '1h' }).close()
  const { code, err } = await stowage(['get', path, text, '--parts'])
  expect(code).toBe(2)
  expect(err).toMatch(/key/)
})

test('help names a command, as its --help does', async () => {
  const { out } = await stowage(['keys', '--help'])
  expect(await stowage(['help', 'keys'])).toEqual({ code: 0, out, err: '' })
  expect(await stowage(['help'])).toMatchObject({ code: 0, out: (await stowage(['--help'])).out })
  expect(await stowage(['help', 'nothing'])).toMatchObject({ code: 2 })
})
