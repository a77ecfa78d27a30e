/** Regression: of two hybrids of a process on one watched tier neither heard of what the other changed: copies stayed for five minutes. */
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend, watchBus } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const turn = () => new Promise(setImmediate)

/** Two on one tier, whose watch tells of no change of its own. */
function setUp() {
  const clock = createFakeClock()
  const far = Object.assign(new ReferenceBackend({ holds: 'bytes' }), { watch: () => () => undefined })
  const attach = () => {
    const backend = hybridBackend({ tiers: [memoryBackend({ maxEntries: 9 }), far], bus: watchBus(far), clock })
    return createCache({ backend, ttl: '1h', clock })
  }
  return { one: attach(), other: attach() }
}

test.each<[string, unknown, (cache: Cache) => Promise<unknown>]>([
  ['deletes', undefined, (cache) => cache.delete('key')],
  ['replaces', 'new', (cache) => cache.set('key', 'new')],
  ['invalidates', undefined, (cache) => cache.invalidate({ tags: ['t'] })],
])('what one %s the other does not serve', async (_, now, change) => {
  const { one, other } = setUp()
  await one.set('key', 'old', { tags: ['t'] })
  expect(await other.get('key')).toBe('old')
  await turn()
  await change(one)
  await turn()
  expect(await other.get('key')).toBe(now)
})

test('one that is closed hears nothing any more, and another goes on', async () => {
  const tier = { watch: () => () => undefined }
  const heard: string[] = []
  const [closed, open] = ['closed', 'open'].map((name) => {
    const bus = watchBus(tier)
    bus.subscribe(() => heard.push(name))
    return bus
  })
  await closed?.close()
  await open?.publish({ origin: 'somebody', change: { keys: ['key'] } })
  expect(heard).toEqual(['open'])
})
