// Options that an object inherits, from a class or by Object.create, were lost where options are copied: by wrap, queries and warmers.
import { type Cache, createCache, createWarmer, defineQuery } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

class Reports {
  readonly #ttl = '1s' as const
  get ttl(): '1s' {
    return this.#ttl
  }
  get tags(): readonly string[] {
    return ['reports']
  }
  key(id: number): string {
    return `report:${id}`
  }
  load(id: number): number {
    return id
  }
}

function inheriting<T extends object>(settings: T): T {
  const heir = { ...settings }
  for (const name of Object.keys(heir)) Reflect.deleteProperty(heir, name)
  Reflect.setPrototypeOf(heir, settings)
  return heir
}

async function storedBy(use: (cache: Cache) => Promise<unknown>) {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  await use(cache)
  return cache.lookup('report:1')
}

const AS_SAID = { ttlLeftMs: 1_000, tags: ['reports'] }

test('wrap obeys them', async () => {
  const call = (cache: Cache) => cache.wrap((id: number) => id, new Reports())
  expect(await storedBy((cache) => call(cache)(1))).toMatchObject(AS_SAID)
  expect(await storedBy((cache) => call(cache).refresh(1))).toMatchObject(AS_SAID)
})

test('a query obeys them', async () => {
  const query = (cache: Cache) => defineQuery<number, number>(cache, new Reports())
  expect(await storedBy((cache) => query(cache).get(1))).toMatchObject(AS_SAID)
  expect(await storedBy((cache) => query(cache).refresh(1))).toMatchObject(AS_SAID)
  expect(await storedBy((cache) => query(cache).set(1, 2))).toMatchObject(AS_SAID)
})

test('a call of a query obeys its signal', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h' })
  const query = defineQuery<number, number>(cache, { key: String, load: () => new Promise(() => undefined) })
  const call = inheriting({ signal: AbortSignal.abort(new Error('enough')) })
  await expect(query.get(1, call)).rejects.toThrow('enough')
  await expect(query.lookup(1, call)).rejects.toThrow('enough')
})

test('a fingerprint that is a function is asked beside getters of a class', async () => {
  class Versioned extends Reports {
    fingerprint(): string {
      return 'v1'
    }
  }
  const stored = await storedBy((cache) => cache.set('report:1', 1, new Versioned()))
  expect(stored).toMatchObject(AS_SAID)
})

test('a warmer obeys those of a task', async () => {
  const options = inheriting({ ttl: '1s', tags: ['reports'] } as const)
  const stored = await storedBy((cache) =>
    createWarmer(cache, { tasks: [{ key: 'report:1', loader: () => 1, options }] }).run(),
  )
  expect(stored).toMatchObject(AS_SAID)
})
