// One key whose load had been abandoned, and never ended, kept all keys of a bulk load waiting for its lease to end.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, passTime, turn } from '../held-loader.ts'

test('the others are loaded at once, and that one when its slot is free', async () => {
  const clock = createFakeClock()
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock })
  const hung = cache.getOrSet('hung', heldLoader().loader, { hardTimeout: 10 }).catch(() => 'left')
  await passTime(clock, 10)
  expect(await hung).toBe('left')
  const asked: (readonly string[])[] = []
  const many = cache.getOrSetMany(['hung', 'other'], (missing) => {
    asked.push(missing)
    return new Map(missing.map((key) => [key, `${key} loaded`]))
  })
  await turn()
  await turn()
  expect([asked, await cache.get('other')]).toEqual([[['other']], 'other loaded'])
  await passTime(clock, 10_000)
  await turn()
  expect(asked).toEqual([['other'], ['hung']])
  expect([...(await many).values()]).toEqual(['hung loaded', 'other loaded'])
})
