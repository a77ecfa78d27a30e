/** Regression: `isolation` `'copy'` and `'freeze'` copied a part once for every place it was in: two dozen objects, each twice in the next, took all memory and ended the process. */
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { describe, expect, test } from 'vitest'
import { isolatorOf } from '../../src/isolation.ts'

/** As many as fail here, and do not end the process, where each place has a copy of its own. */
const DOUBLINGS = 16

interface Doubled {
  leaf?: number
  a?: Doubled
  b?: Doubled
}

function doubled(): Doubled {
  let value: Doubled = { leaf: 1 }
  for (let times = 0; times < DOUBLINGS; times++) value = { a: value, b: value }
  return value
}

function doubledLists(): readonly unknown[] {
  let value: readonly unknown[] = [1]
  for (let times = 0; times < DOUBLINGS; times++) value = [value, value]
  return value
}

describe.each(['copy', 'freeze'] as const)('%s', (isolation) => {
  const cacheWith = () => createCache({ backend: memoryBackend({ maxBytes: '1MB', isolation }), ttl: '1m' })

  test('parts that are in many places are copied once, and callers share none of them', async () => {
    const cache = cacheWith()
    const value = doubled()
    expect(await cache.set('key', value)).toEqual({ outcome: 'stored' })
    const [one, other] = [await cache.get<Doubled>('key'), await cache.get<Doubled>('key')]
    // Compared here: `toBe` would go through every path of two that differ.
    expect([one?.a === one?.b, one?.a === value.a, one?.a === other?.a]).toEqual([true, false, false])
    expect((await cache.usage()).bytes).toBeLessThan(20_000)
    let [deepest, depth] = [one, 0]
    for (; deepest?.a !== undefined; depth++) deepest = deepest.a
    expect([deepest, depth]).toEqual([{ leaf: 1 }, DOUBLINGS])
  })

  test('lists, too', async () => {
    const cache = cacheWith()
    expect(await cache.set('key', doubledLists())).toEqual({ outcome: 'stored' })
    const found = await cache.get<unknown[]>('key')
    expect(found !== undefined && found[0] === found[1]).toBe(true)
  })

  test('what has many parts, none of them twice, is copied as ever', () => {
    const isolator = isolatorOf(isolation)
    const rows = Array.from({ length: 30_000 }, (_, id) => ({ id }))
    const found = isolator.given(isolator.kept(rows))
    expect(found).toEqual(rows)
    expect(found === rows).toBe(false)
    expect(Object.isFrozen(found)).toBe(isolation === 'freeze')
  })
})
