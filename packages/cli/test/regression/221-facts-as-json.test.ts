/** Regression: `get --facts --json` showed text. */
import { expect, test } from 'vitest'
import { filledStore } from '../stores.ts'
import { stowage } from '../stowage.ts'

test('facts without the value', async () => {
  const store = await filledStore('fs', (cache) => cache.set('key', 'value', { tags: ['tag'] }))
  const { code, out } = await stowage(['get', store, 'key', '--facts', '--json'])
  const facts: unknown = JSON.parse(out)
  expect(code).toBe(0)
  expect(facts).toMatchObject({ namespace: [], key: 'key', format: 'json', tags: ['tag'] })
  expect(facts).not.toHaveProperty('value')
})
