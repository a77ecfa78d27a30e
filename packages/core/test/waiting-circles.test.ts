/** Loads that wait for loads: never in a circle. */
import { type Cache, createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldLoader, turn } from './held-loader.ts'

let cache: Cache

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend({ holds: 'bytes' }), ttl: '1m', clock: createFakeClock() })
})

describe('a loader that would wait for itself fails instead of hanging', () => {
  test('directly', async () => {
    const own: () => Promise<unknown> = () => cache.getOrSet('key', own)
    await expect(own()).rejects.toThrow(/'key' waits for itself/)
    expect(await cache.getOrSet('key', () => 'next')).toBe('next')
  })

  test('through another key', async () => {
    const one = (): Promise<unknown> => cache.getOrSet('one', two)
    const two = (): Promise<unknown> => cache.getOrSet('two', one)
    await expect(one()).rejects.toThrow(UsageError)
  })

  test('through the load another caller began', async () => {
    const gates = [heldLoader(), heldLoader()]
    const one = cache.getOrSet('one', async (context) => {
      await gates[0]?.loader(context)
      return cache.getOrSet('two', () => 'never')
    })
    const two = cache.getOrSet('two', async (context) => {
      await gates[1]?.loader(context)
      return cache.getOrSet('one', () => 'never')
    })
    await turn()
    for (const gate of gates) gate.runs[0]?.settle('go')
    const outcomes = await Promise.allSettled([one, two])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })

  test('while waiting for other keys is fine', async () => {
    expect(
      await cache.getOrSet(
        'sum',
        async () => (await cache.getOrSet<number>('a', () => 1)) + (await cache.getOrSet<number>('b', () => 2)),
      ),
    ).toBe(3)
  })
})
