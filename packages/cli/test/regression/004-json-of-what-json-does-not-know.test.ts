// `keys --json` gave keys of parts that JSON does not know so that no command could be given them again; `get --json` failed on a value that contains itself, and wrote bytes as an object of numbered fields.
import { createCache } from '@stowage/core'
import { expect, test } from 'vitest'
import { backendAt, newPath } from '../stores.ts'
import { stowageJson } from '../stowage.ts'

test('a key of any parts that was listed as JSON is one that get takes', async () => {
  const path = newPath('sqlite')
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h' })
  const keys = [
    ['user', 7n],
    ['user', '7'],
    ['user', new Date(0), undefined, Number.NaN],
    ['a\u001b[2J', null],
  ] as const
  for (const [value, key] of keys.entries()) await cache.set(key, value)
  await cache.set('text', 4)
  await cache.close()
  const listed = await stowageJson(['keys', path])
  expect(listed).toHaveLength(keys.length + 1)
  const parts = listed.map((entry) => field(entry, 'parts')).filter((text) => text !== undefined)
  const values: unknown[] = []
  for (const text of parts) {
    const [got] = await stowageJson(['get', path, String(text), '--parts'])
    expect(got).toMatchObject({ parts: text })
    values.push(field(got, 'value'))
  }
  expect(values).toHaveLength(keys.length)
  expect(new Set(values)).toEqual(new Set(keys.keys()))
})

test('values that JSON does not know are shown as what they are most like', async () => {
  const path = newPath('sqlite')
  const cache = createCache({ backend: backendAt('sqlite', path), ttl: '1h' })
  const map = new Map<string, unknown>([['n', 7n]])
  const shared = { at: new Date(0) }
  const circle: Record<string, unknown> = { map, shared: [shared, shared] }
  circle['self'] = circle
  map.set('itself', map)
  await cache.set('circle', circle)
  await cache.set('numbers', [Number.NaN, Number.NEGATIVE_INFINITY, new Float64Array([1.5])])
  await cache.set('bytes', { of: Uint8Array.of(1, 2, 3), buffer: Buffer.from('x') })
  await cache.close()
  const entryAt = async (key: string) => (await stowageJson(['get', path, key]))[0]
  const at = '1970-01-01T00:00:00.000Z'
  expect(await entryAt('circle')).toMatchObject({
    format: 'typed',
    value: {
      map: [
        ['n', '7'],
        ['itself', '[circular]'],
      ],
      shared: [{ at }, { at }],
      self: '[circular]',
    },
  })
  expect(await entryAt('numbers')).toMatchObject({ value: ['NaN', '-Infinity', [1.5]] })
  expect(await entryAt('bytes')).toMatchObject({ value: { of: 'AQID', buffer: 'eA==' } })
})

function field(entry: unknown, name: string): unknown {
  return typeof entry === 'object' && entry !== null ? Reflect.get(entry, name) : undefined
}
