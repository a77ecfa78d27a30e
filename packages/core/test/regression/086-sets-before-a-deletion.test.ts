// While an invalidation waited to be tried again, a set that was not waited for was behind a deletion asked for after it, and stayed.
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'

let { backend, cache } = faultyCache({ holds: 'values' })

beforeEach(() => {
  ;({ backend, cache } = faultyCache({ holds: 'values' }))
})

const down = { kind: 'reject', error: new Error('down') } as const

test.each<[string, string, () => Promise<unknown>]>([
  ['deletion', 'of another key', () => cache.delete('key')],
  ['deletion', 'of the key', () => cache.delete('key')],
  ['invalidation', 'of another key', () => cache.invalidate({ tags: ['t'] })],
  ['invalidation', 'of the key', () => cache.invalidate({ tags: ['t'] })],
])('a set followed by its %s is gone, while a deletion %s has not come through', async (_, whose, drop) => {
  backend.inject('delete', down)
  await expect(cache.delete(whose === 'of the key' ? 'key' : 'other')).rejects.toThrow('down')
  backend.heal()
  const setting = cache.set('key', 'value', { tags: ['t'] })
  await Promise.all([drop(), setting])
  expect(await cache.get('key')).toBeUndefined()
  await cache.set('key', 'value')
  expect(await cache.get('key')).toBe('value')
})
