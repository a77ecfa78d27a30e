// Of a value whose length was no number the size was none, and so was the sum of all from then on: the cache had no limit any more. And one getter that threw what is no error failed `usage()`.
import { CodecError, createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

class Endless extends Map<string, string> {
  override get size(): number {
    return Number.NaN
  }
}

const LIARS: Readonly<Record<string, () => unknown>> = {
  'a Map of no size': () => new Endless([['a', 'b']]),
  'a list of less than nothing': () => listOf(-1e9),
  'a list of no length': () => listOf('many'),
}

test.each(Object.keys(LIARS))('%s is refused as its writer’s fault, and the limit holds', async (name) => {
  const cache = createCache({ backend: memoryBackend({ maxBytes: 100_000 }), ttl: '1m' })
  await expect(cache.set('liar', LIARS[name]?.())).rejects.toThrow(CodecError)
  for (let at = 0; at < 100; at++) await cache.set(`key ${at}`, 'x'.repeat(10_000))
  const { entries, bytes } = await cache.usage()
  expect(entries).toBeLessThan(10)
  expect(bytes).toBeLessThanOrEqual(100_000)
})

test.each(Object.keys(LIARS))('%s counts without it where nothing is weighed', async (name) => {
  const backend = memoryBackend({ maxEntries: 10, missRatioCurve: true })
  const cache = createCache({ backend, ttl: '1m' })
  expect(await cache.set('liar', LIARS[name]?.())).toEqual({ outcome: 'stored' })
  const { entries, bytes } = await cache.usage()
  expect(entries).toBe(1)
  expect(bytes).toBeLessThan(1_000)
  expect(bytes).toBeGreaterThan(0)
})

test('what a getter throws is nothing to usage', async () => {
  const cache = createCache({ backend: memoryBackend({ maxEntries: 10 }), ttl: '1m' })
  await cache.set('key', {
    get part(): number {
      return failing('not today')
    },
  })
  expect(await cache.usage()).toMatchObject({ entries: 1 })
})

function failing(reason: unknown): never {
  throw reason
}

function listOf(length: unknown): unknown {
  return new Proxy<unknown[]>([], {
    get(list, name): unknown {
      return name === 'length' ? length : Reflect.get(list, name)
    },
  })
}
