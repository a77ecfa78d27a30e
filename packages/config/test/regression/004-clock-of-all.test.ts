// A clock in the settings was not that of the sweeps, nor of a hybrid; keyOf gave all contents without a hash one key; where closing failed, why a kind could not be opened was lost.
import { type CachesSettings, createCaches, keyOf } from '@stowage/config'
import { type Bus, ConfigError, UsageError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

test('sweeps go by the clock of the settings, and end with the caches', async () => {
  const clock = createFakeClock()
  const defaults = { ttl: '1h', backend: 'memory', maxEntries: 10, sweepInterval: '5m' } as const
  const caches = await createCaches({ clock, defaults, kinds: { plan: {} } })
  onTestFinished(() => caches.close())
  const sweep = vi.spyOn(caches.plan, 'sweep')
  clock.advanceMs(300_000)
  expect(sweep).toHaveBeenCalledTimes(1)
  await caches.close()
  expect(clock.timerCount).toBe(0)
})

test('a hybrid writes behind by the clock of the settings', async () => {
  const clock = createFakeClock()
  const hybrid = { write: 'behind', flushInterval: '5s', tiers: ['memory', 'fs'] } as const
  const caches = await createCaches({ clock, directory: tempFolder(), kinds: { plan: { ttl: '1h', ...hybrid } } })
  onTestFinished(() => caches.close())
  const idle = clock.timerCount
  await caches.plan.set('key', 1)
  expect(clock.timerCount).toBeGreaterThan(idle)
})

test.each([[undefined], [null], [''], [7], [Promise.resolve('abc')]])('%j is no hash of a content', (contentHash) => {
  const attempt = (): unknown => Reflect.apply(keyOf, undefined, ['extract', { contentHash }])
  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow(/^keyOf: contentHash: .* is not allowed; allowed: a text that is not empty$/)
})

test.each<[string, (bus: Bus) => Partial<CachesSettings<'plan'>['kinds']['plan']>]>([
  // @ts-expect-error A file of settings is not checked.
  ['the hybrid', (bus) => ({ bus: { ...bus, publish: undefined } })],
])('what was opened for %s that is refused is closed, and closing that fails hides nothing', async (_, wrong) => {
  const done: string[] = []
  const bus = {
    publish: () => undefined,
    subscribe: () => () => undefined,
    onGap: () => () => undefined,
    close: () => {
      done.push('closed')
      throw new Error('no way to close it')
    },
  }
  const settings = { directory: tempFolder(), kinds: { plan: { ttl: '1h', bus, ...wrong(bus) } } } as const
  await expect(createCaches(settings)).rejects.toThrow(ConfigError)
  await expect(createCaches(settings)).rejects.toThrow(/^kinds\.plan\./)
  expect(done).toEqual(['closed', 'closed'])
})
