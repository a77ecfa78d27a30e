/**
 * Regression: `disk: false` refused settings whose middle tier has a maxTtl, as that tier is the last one then; and a maxTtl of the last
 * tier was refused by the name of an option that settings do not have, when stores had been opened already.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCaches } from '@stowage/config'
import { createFakeClock } from '@stowage/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

const MIDDLE = { backend: 'memory', maxEntries: 7, maxTtl: '10m' } as const

test('without the disk the middle tier holds the entries themselves', async () => {
  const clock = createFakeClock()
  const kinds = { pages: { ttl: '1h', tiers: ['memory', MIDDLE, 'sqlite'] } } as const
  const caches = await createCaches({ clock, directory: tempFolder(), disk: false, kinds })
  onTestFinished(() => caches.close())
  await caches.pages.set('key', 'value')
  clock.advanceMs(3_599_000)
  expect(await caches.pages.get('key')).toBe('value')
  expect((await caches.pages.usage()).limit.entries).toBe(7)
})

test('a cap of the last tier is refused by its path, before anything is opened', async () => {
  const directory = tempFolder()
  const opening = createCaches({
    directory,
    kinds: { plan: { ttl: '1h' }, pages: { ttl: '1h', tiers: ['fs', MIDDLE] } },
  })
  await expect(opening).rejects.toThrow(/^kinds\.pages\.tiers\[1\]\.maxTtl: is given for the last tier/)
  expect(existsSync(join(directory, 'plan'))).toBe(false)
})
