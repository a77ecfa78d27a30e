// cacheable 2.5: `if (result?.value)` made 0, false, '' and null misses for get and has, but hits for getMany; cache-manager
// and layered-loader loaded them again. unstorage: the text '456' came back as a number.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

const VALUES = [null, 0, -0, Number.NaN, '', false, 0n, '456', 'null']

test.each(['values', 'bytes'] as const)('they are values like any other to every call, held as %s', async (holds) => {
  for (const value of VALUES) {
    const cache = createCache({ backend: new ReferenceBackend({ holds }), ttl: '1h', clock: createFakeClock() })
    const never = () => expect.unreachable('loaded again')
    await cache.set('key', value)
    const lookup = await cache.lookup('key')
    const wrapped = cache.wrap(never, { key: () => 'key' })
    const seen = [
      await cache.get('key'),
      lookup.outcome === 'hit' && lookup.value,
      (await cache.getMany(['key'])).get('key'),
      await cache.getOrSet('key', never),
      (await cache.lookupOrSet('key', never)).value,
      (await cache.getOrSetMany(['key'], never)).get('key'),
      await wrapped(),
      await cache.update('key', (old) => old),
      holds === 'values' ? cache.peek('key') : value,
    ]
    expect(seen).toEqual(seen.map(() => value))
    expect([await cache.has('key'), await cache.add('key', 1), await cache.touch('key')]).toEqual([true, false, true])
    expect(await cache.take('key')).toEqual(value)
    expect(await cache.getOrSet('key', () => value)).toEqual(value)
    expect(await cache.getOrSet('key', never)).toEqual(value)
    expect(await cache.delete('key')).toBe(true)
  }
})
