/** Regression: with `missRatioCurve` a model took over the new facts of an entry and kept its old tags: those were never let go, so that memory grew without bound, and at last `set` did not return. */
import { NEVER_MS } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { CacheModel } from '../../src/cache-model.ts'
import { planMemory } from '../../src/options.ts'
import { entryOf } from '../entries.ts'

const LATER = { staleAtMs: NEVER_MS, errorOnlyAtMs: NEVER_MS, expireAtMs: NEVER_MS }

const modelled = (tags: readonly string[], valueBytes = 10) => ({ facts: entryOf(0, tags, LATER).facts, valueBytes })

test('tags of what is written anew after its eviction are let go with it', () => {
  const model = new CacheModel(planMemory({ maxBytes: 10_000 }))
  for (let round = 0; round < 1_000; round++) {
    model.write('a', modelled([`${round}`.padEnd(1_000, 'x')]), false, 1)
    model.write('a', modelled([]), false, 1)
    model.delete('a')
  }
  expect(model.usage()).toMatchObject({ entryCount: 0, sizeBytes: 0 })
})

test('what is written anew after its eviction has its new tags and its new size in larger models, too', () => {
  const model = new CacheModel(planMemory({ maxBytes: 10_000 }))
  const fresh = new CacheModel(planMemory({ maxBytes: 10_000 }))
  model.write('key', modelled(['former']), false, 1)
  for (const one of [model, fresh]) one.write('key', modelled(['tag'], 5_000), false, 1)
  expect(model.usage()).toEqual(fresh.usage())
  model.invalidate({ tags: ['former'] })
  model.lookup('key', undefined, 1)
  expect(model.hits).toBe(1)
  model.invalidate({ tags: ['tag'] })
  model.lookup('key', undefined, 1)
  expect(model.hits).toBe(1)
})

test('what is written anew after an invalidation is valid in larger models', () => {
  const model = new CacheModel(planMemory({ maxEntries: 10 }))
  model.write('key', modelled(['tag']), false, 1)
  model.invalidate({ tags: ['tag'] })
  model.write('key', modelled(['tag']), false, 1)
  model.lookup('key', undefined, 1)
  expect(model.hits).toBe(1)
})

test('what is written anew after its eviction was used once, not twice, which would have kept it', () => {
  const model = new CacheModel(planMemory({ maxEntries: 10 }))
  for (let at = 0; at < 10; at++) model.write(`${at}`, modelled([]), false, 1)
  model.write('once', modelled([]), false, 1)
  model.lookup('once', undefined, 1)
  model.write('once', modelled([]), false, 1)
  for (const key of ['next', 'another']) model.write(key, modelled([]), false, 1)
  model.lookup('once', undefined, 1)
  expect(model.hits).toBe(1)
})

test('who is given other instants keeps tags and guard, whatever comes with the instants', async () => {
  const backend = memoryBackend({ maxBytes: 10_000 })
  const guarded = { ...LATER, version: 'v1' }
  await backend.set('key', entryOf('value', ['tag'], guarded), 0, undefined)
  const seen = await backend.get('key', 0)
  if (typeof seen === 'string') throw new Error('nothing was stored')
  const { facts } = entryOf('value', [], { ...LATER, storedAtMs: 1, version: 'v2' })
  expect(await backend.touch('key', seen, facts, 1, 'keep')).toBe(true)
  expect(await backend.get('key', 1)).toMatchObject({ facts: { storedAtMs: 1, tags: ['tag'], version: 'v1' } })
  await backend.delete('key', 1, undefined)
  expect(await backend.usage(1)).toMatchObject({ entryCount: 0, sizeBytes: 0 })
})
