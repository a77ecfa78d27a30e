// A load that waited twice for another was taken for waiting no more when one of the two waits had ended: a circle hung for ever.
import { createCache, UsageError } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

test('a circle is refused though one of two waits for the same load has been left', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const { loader, runs } = heldLoader()
  const leaving = new AbortController()
  const loadOfB = async (context: Parameters<typeof loader>[0]) => {
    await loader(context)
    return cache.getOrSet('a', () => 'not loaded')
  }
  const asked = cache.getOrSet('a', async () => {
    const left = cache.getOrSet('b', loadOfB, { signal: leaving.signal })
    const staying = cache.getOrSet('b', loadOfB)
    await expect(left).rejects.toThrow('left')
    return staying
  })
  const refused = expect(asked).rejects.toThrow(UsageError)
  await turn()
  leaving.abort(new Error('left'))
  await turn()
  runs[0]?.settle('on')
  await refused
})
