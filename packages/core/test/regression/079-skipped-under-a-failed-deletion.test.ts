// Who asked after a deletion that had failed took what a load begun before it brought, where that load stored nothing.
import type { LoadContext } from '@stowage/core'
import { beforeEach, expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, turn } from '../held-loader.ts'

let { backend, cache } = faultyCache({ holds: 'values' })

beforeEach(() => {
  ;({ backend, cache } = faultyCache({ holds: 'values' }))
})

const down = { kind: 'throw', error: new Error('down') } as const

test.each<[string, 'delete' | 'invalidate', () => Promise<unknown>]>([
  ['deletion', 'delete', () => cache.delete('key')],
  ['invalidation', 'invalidate', () => cache.invalidate({ prefix: 'k' })],
  ['invalidation of a tag', 'invalidate', () => cache.invalidate({ tags: ['tag'] })],
])('a load that skips is not shared with those who asked after a failed %s', async (_, operation, drop) => {
  const { loader, runs } = heldLoader()
  const skipping = async (context: LoadContext) => context.skip(await loader(context))
  const before = cache.getOrSet('key', skipping, { tags: ['tag'] })
  await turn()
  backend.inject(operation, down)
  await expect(drop()).rejects.toThrow('down')
  const after = cache.getOrSet('key', () => 'new', { tags: ['tag'] })
  await turn()
  runs[0]?.settle('old')
  expect(await before).toBe('old')
  expect(await after).toBe('new')
})

test('where it has come through meanwhile, too', async () => {
  const { loader, runs } = heldLoader()
  const before = cache.getOrSet('key', loader)
  await turn()
  backend.inject('delete', down)
  await expect(cache.delete('key')).rejects.toThrow('down')
  const after = cache.getOrSet('key', () => 'new')
  await turn()
  backend.heal()
  runs[0]?.settle(undefined)
  expect(await before).toBeUndefined()
  expect(await after).toBe('new')
})
