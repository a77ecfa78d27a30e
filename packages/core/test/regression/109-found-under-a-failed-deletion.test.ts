/** Regression: who asked after a deletion that had failed took what a load from before had found stored, or could not store. */
import { createCache, type Schema } from '@stowage/core'
import { expect, test } from 'vitest'
import { faultyCache } from '../faulty-cache.ts'
import { heldLoader, passTime, turn } from '../held-loader.ts'

const down = { kind: 'reject', error: new Error('down') } as const

test('what another had stored, and a schema looked at for long', async () => {
  const { clock, backend, cache } = faultyCache()
  const other = createCache({ backend, ttl: '1h', clock })
  const looking = Promise.withResolvers<void>()
  const schema: Schema<string> = {
    '~standard': {
      async validate(value) {
        await looking.promise
        return { value: String(value) }
      },
    },
  }
  backend.inject('get', { kind: 'late', delayMs: 30 })
  const one = cache.getOrSet('key', () => 'loaded', { schema, singleFlight: 'shared' })
  await passTime(clock, 10)
  backend.heal()
  await other.set('key', 'stored')
  await passTime(clock, 50)
  backend.inject('delete', down)
  await expect(cache.delete('key')).rejects.toThrow('down')
  const two = cache.getOrSet('key', () => 'loaded after', { singleFlight: 'shared' })
  await turn()
  looking.resolve()
  expect(await one).toBe('stored')
  expect(await two).toBe('loaded after')
})

test('what cannot become bytes', async () => {
  const { backend, cache } = faultyCache()
  const { loader, runs } = heldLoader()
  const one = cache.getOrSet('key', loader)
  await turn()
  backend.inject('delete', down)
  await expect(cache.delete('key')).rejects.toThrow('down')
  const two = cache.getOrSet('key', () => 'loaded after')
  await turn()
  const unencodable = { call: () => 'loaded' }
  runs[0]?.settle(unencodable)
  expect(await one).toBe(unencodable)
  expect(await two).toBe('loaded after')
})
