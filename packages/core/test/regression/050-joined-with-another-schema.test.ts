// Who joined a load whose value did not fit its own schema failed, though its own loader would have brought one that does; and the schema of the one who began ran twice.
import { createCache, type Schema } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { heldLoader, turn } from '../held-loader.ts'

function numbers() {
  const seen: unknown[] = []
  const validate = (value: unknown) => {
    seen.push(value)
    return typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] }
  }
  const schema: Schema<number> = { '~standard': { validate } }
  return { schema, seen }
}

test('it loads by itself', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const { loader, runs } = heldLoader()
  const first = cache.getOrSet('key', loader)
  await turn()
  const joined = cache.getOrSet('key', () => 5, { schema: numbers().schema })
  await turn()
  runs[0]?.settle('text')
  expect([await first, await joined, await cache.get('key')]).toEqual(['text', 5, 5])
})

test('one load is held against the schema of its caller once', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const { schema, seen } = numbers()
  expect(await cache.getOrSet('key', () => 5, { schema })).toBe(5)
  expect(seen).toEqual([5])
})
