// A last tier that is no object, as a file of settings may hold, ended in a bare TypeError of the language.

import { createCaches } from '@stowage/config'
import { ConfigError } from '@stowage/core'
import { expect, test } from 'vitest'

const NONE: readonly unknown[] = [null, 5]

test.each(NONE)('%j is refused by its place', async (none) => {
  const asked = createCaches({
    defaults: { ttl: '1s' },
    // @ts-expect-error A file of settings is not checked.
    kinds: { pages: { tiers: ['memory', none] } },
  })
  const refused: unknown = await asked.catch((thrown: unknown) => thrown)
  expect(refused).toBeInstanceOf(ConfigError)
  expect(String(refused)).toContain('kinds.pages.tiers[1]: ')
})
