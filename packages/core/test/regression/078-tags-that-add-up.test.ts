// Each notModified added the tags of its call to those of the entry: tags that changed from call to call grew without bound.
import { ConfigError, createCache, type LoadContext } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from '../held-loader.ts'

test('an entry has 64 tags at most, however often it was found not modified', async () => {
  const clock = createFakeClock()
  const backend = new ReferenceBackend({ holds: 'bytes' })
  const cache = createCache({ backend, ttl: '1s', staleWhileRevalidate: '10s', clock })
  const errors: unknown[] = []
  cache.on('load', ({ error }) => error !== undefined && errors.push(error))
  const loader = (context: LoadContext) => (context.stale === undefined ? 'whole' : context.notModified())
  const ask = async (round: number) => {
    const answer = await cache.getOrSet('key', loader, { tags: [`round:${round}`] })
    await turn()
    await turn()
    clock.advanceMs(1_500)
    return answer
  }
  for (let round = 0; round < 70; round++) {
    expect(await ask(round)).toBe('whole')
    const found = await cache.lookup('key')
    expect(found.outcome === 'miss' ? 0 : found.tags.length).toBeLessThanOrEqual(64)
  }
  expect(errors[0]).toBeInstanceOf(ConfigError)
  expect(errors[0]).toMatchObject({ message: 'tags: 65 is too many; allowed: 64 per entry' })
  // What cannot be renewed is loaded anew when its windows are over.
  clock.advanceMs(10_000)
  await ask(70)
  expect(await cache.lookup('key')).toMatchObject({ outcome: 'stale', tags: ['round:70'] })
})
