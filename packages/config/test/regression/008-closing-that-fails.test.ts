/** Regression: where a kind that was opened could not be closed again, that was told in place of why the other could not be opened. */
import { createCaches } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

test('why a kind cannot be opened is told, whatever closing the others says', async () => {
  let closedCount = 0
  const bus = {
    publish: () => undefined,
    subscribe: () => () => undefined,
    onGap: () => () => undefined,
    close: () => {
      closedCount++
      throw new Error('no way to close it')
    },
  }
  const kinds = { plan: { tiers: ['memory', 'fs'], bus }, wrong: { backend: 'sqlite', shards: 65 } } as const
  const refused: unknown = await createCaches({ directory: tempFolder(), defaults: { ttl: '1h' }, kinds }).catch(
    (thrown: unknown) => thrown,
  )
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toMatch(/kinds\.wrong\.shards: /)
  expect(closedCount).toBe(1)
})
