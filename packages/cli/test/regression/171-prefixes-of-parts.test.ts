/**
 * Regression: `keys` and `invalidate` took no --parts: keys of parts could be listed and invalidated by a prefix in code alone, and a namespace with
 * control characters not at all. In the JSON of `set` and `delete` what JSON does not know of parts was lost.
 */
import { expect, test } from 'vitest'
import { filledStore, KINDS } from '../stores.ts'
import { saying, stowage, stowageJson } from '../stowage.ts'

const KEYS = [['user', 7n, 'name'], ['user', 7n], ['user', 8n], 'user:7', 'user'] as const
const NAMESPACE = 'ns\u001b[31m'

async function stored(kind: (typeof KINDS)[number]): Promise<string> {
  return filledStore(kind, async (cache) => {
    for (const each of [cache, cache.namespace(NAMESPACE)]) for (const key of KEYS) await each.set(key, 'value')
  })
}

test.each(KINDS)('of %s', async (kind) => {
  const path = await stored(kind)
  const listed = async (args: readonly string[]) => stowageJson(['keys', path, ...args])
  const at = ['-n', JSON.stringify(NAMESPACE), '--parts']
  expect(await listed(at)).toHaveLength(KEYS.length)
  expect(await listed(['--prefix', '["user",7n]', '--parts'])).toHaveLength(2)
  expect(await listed(['--prefix', '"user"', '--parts'])).toHaveLength(2)
  expect(await listed(['--prefix', '["user"]', ...at])).toHaveLength(3)

  const asked = ['invalidate', path, '--prefix', '["user",7n]', '--yes', ...at]
  expect(await stowageJson(asked)).toEqual([
    { namespace: [NAMESPACE], invalidated: { prefix: ['user', '7'] }, parts: '["user",7n]' },
  ])
  expect(await listed(at)).toHaveLength(KEYS.length - 2)
  expect(await listed(['--prefix', '["user"]', '--parts'])).toHaveLength(3)
  const { out } = await stowage(['invalidate', path, '--prefix', '["user",8n]', '--yes', '--parts'])
  expect(out).toBe(`invalidated {"prefix":["user",8n]} in ${path}\n`)
})

test('what is no prefix is refused', async () => {
  const path = await stored('sqlite')
  for (const command of ['keys', 'invalidate']) {
    const torn = await stowage([command, path, '--prefix', '["user"', '--parts'])
    expect(torn).toMatchObject({ code: 2, err: saying('--prefix: \'["user"\' is no JSON of a key') })
    for (const empty of [
      ['--prefix', ''],
      ['--prefix', '[]', '--parts'],
    ]) {
      const ended = await stowage([command, path, ...empty])
      expect(ended).toMatchObject({ code: 2, err: saying('--prefix: empty; allowed: what keys begin with') })
    }
  }
})

test('what is stored and deleted is told as --parts takes it', async () => {
  const path = await stored('sqlite')
  const key = ['["user",9n]', '--parts']
  expect(await stowageJson(['set', path, ...key, 'v', '--ttl', '1h'])).toMatchObject([{ parts: '["user",9n]' }])
  expect(await stowageJson(['delete', path, ...key, '--yes'])).toMatchObject([{ parts: '["user",9n]', deleted: true }])
})
