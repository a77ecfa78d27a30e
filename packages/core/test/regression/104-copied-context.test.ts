/** Regression: a loader's copy of its context (`{ ...context, mine }`), as its type says it has, was without `signal`. */
import { createCache } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('a copy and a proxy of a context have all that it has', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h' })
  const parts = ['background', 'key', 'notModified', 'set', 'signal', 'skip', 'stale']
  await cache.getOrSet('key', (context) => {
    expect(Object.keys(context).toSorted()).toEqual(parts)
    const { signal } = { ...context }
    expect(signal).toBeInstanceOf(AbortSignal)
    expect(new Proxy(context, {}).signal).toBe(signal)
    return 1
  })
})
