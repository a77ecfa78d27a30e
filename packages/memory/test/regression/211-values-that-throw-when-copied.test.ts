/** Regression: with `isolation` `'copy'` or `'freeze'` a value that throws when it is copied counted as a failure of the backend: it was refused without a word why, and five of them turned the whole cache off. */
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { describe, expect, test } from 'vitest'

function withGetter(): unknown {
  return {
    get part() {
      throw new Error('not now')
    },
  }
}

function withTrap(): unknown {
  return new Proxy(
    {},
    {
      ownKeys() {
        throw new Error('not now')
      },
    },
  )
}

/** Bytes that have been handed to another thread. */
function givenAway(): unknown {
  const bytes = new Uint8Array(8)
  structuredClone(bytes, { transfer: [bytes.buffer] })
  return bytes
}

describe.each(['copy', 'freeze'] as const)('isolation %s', (isolation) => {
  test.each([
    ['a getter that throws', withGetter],
    ['a proxy that throws', withTrap],
    ['bytes that are gone', givenAway],
  ])('%s is a fault of the value, said to who stores it, and of nothing else', async (_, make) => {
    const cache = createCache({ backend: memoryBackend({ maxEntries: 10, isolation }), ttl: '1m' })
    await cache.set('other', 'value')
    for (let time = 0; time < 6; time++) {
      await expect(cache.set('key', make())).rejects.toMatchObject({ code: 'STOWAGE_CODEC' })
    }
    expect(await cache.get('other')).toBe('value')
    expect(await cache.set('other', 'newer')).toEqual({ outcome: 'stored' })
    await cache.close()
  })
})
