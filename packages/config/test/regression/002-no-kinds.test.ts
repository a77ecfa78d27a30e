// No kinds at all were taken, and a cache that is asked for later was undefined.

import { createCaches } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'

test('settings without a kind are refused by name', async () => {
  const refused: unknown = await createCaches({ kinds: {} }).catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toMatch(/kinds: none is given; allowed: settings for one or more/)
})

test('settings that a kind, the defaults and a tier inherit count', async () => {
  const caches = await createCaches({
    defaults: inheriting({ ttl: '1s' } as const),
    kinds: {
      pages: inheriting({ tiers: ['memory', inheriting({ backend: 'memory', maxEntries: 7 } as const)] } as const),
    },
  })
  await caches.pages.set('key', 1)
  const found = await caches.pages.lookup('key')
  expect(found.outcome === 'hit' && found.ttlLeftMs <= 1_000).toBe(true)
  expect((await caches.pages.usage()).limit.entries).toBe(7)
  await caches.close()
})

function inheriting<T extends object>(settings: T): T {
  const heir = { ...settings }
  for (const name of Object.keys(heir)) Reflect.deleteProperty(heir, name)
  Reflect.setPrototypeOf(heir, settings)
  return heir
}
