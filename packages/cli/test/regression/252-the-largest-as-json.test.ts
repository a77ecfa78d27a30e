/** Regression: `stats --json` told the largest entry's key as it is stored, cut off (`["user",7,`), which no other command takes. */
import { expect, test } from 'vitest'
import { filledStore } from '../stores.ts'
import { stowage, stowageJson } from '../stowage.ts'

test.each([
  [
    ['user', 7n],
    ['app', 'panel'],
  ],
  ['plain', []],
])('key %# is given back to get', async (key, namespace) => {
  const path = await filledStore('sqlite', async (cache) => {
    await cache.set('small', 'x')
    await namespace.reduce((within, name) => within.namespace(name), cache).set(key, 'x'.repeat(1_000))
  })
  const [stats] = await stowageJson(['stats', path])
  const parts = typeof key === 'string' ? undefined : '["user",7n]'
  expect(stats).toMatchObject({ largest: { namespace, ...(parts === undefined ? { key } : { parts }) } })
  const given = parts === undefined ? [String(key)] : [parts, '--parts']
  const { code, out } = await stowage(['get', path, ...given, ...namespace.flatMap((name) => ['-n', name])])
  expect([code, out.trim()]).toEqual([0, 'x'.repeat(1_000)])
})
