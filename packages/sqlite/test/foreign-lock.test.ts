/** What another process's lock does to this one: reads go on, writes wait off the event loop. */
import { type Backend, createCache, yieldToLoop } from '@stowage/core'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { held, keysOf, NOW_MS, put } from './entries.ts'
import { openStore } from './stores.ts'

/** A connection that holds the write lock until released. */
function lock(path: string): () => void {
  const database = new Sqlite(path)
  database.exec('BEGIN IMMEDIATE')
  onTestFinished(() => {
    database.close()
  })
  return () => database.exec('ROLLBACK')
}

async function invalidate(backend: Backend, prefix: string): Promise<void> {
  return backend.invalidate({ prefix }, NOW_MS)
}

async function filledStore(): Promise<{ backend: Backend; path: string }> {
  const store = openStore()
  await put(store.backend, 'key', 'value', { tags: ['t'] })
  return store
}

async function answersAtOnce(ask: () => unknown): Promise<boolean> {
  for (let turns = 0; turns < 20; turns++) {
    await yieldToLoop()
    if (!(ask() instanceof Promise)) return true
  }
  return false
}

test('foreign lock: reads, listings and usage answer at once', async () => {
  const { backend, path } = await filledStore()
  lock(path)
  // Each in a turn of its own: late in one, reads let the loop turn first, and a slow machine makes any turn a late one.
  expect(await answersAtOnce(() => backend.get('key', NOW_MS))).toBe(true)
  expect(await answersAtOnce(() => backend.usage(NOW_MS))).toBe(true)
  expect(await backend.usage(NOW_MS)).toMatchObject({ entryCount: 1 })
  expect(await keysOf(backend)).toEqual(['key'])
})

test('foreign lock: writes wait, in order, and the event loop goes on', async () => {
  const { backend, path } = await filledStore()
  const release = lock(path)
  const writes = [put(backend, 'key', 1), put(backend, 'key', 2), invalidate(backend, 'k'), put(backend, 'key', 3)]
  let turns = 0
  const spin = () => {
    if (++turns === 50) release()
    else setImmediate(spin)
  }
  spin()
  expect(await Promise.all(writes)).toEqual(['stored', 'stored', undefined, 'stored'])
  expect(turns).toBe(50)
  expect(await held(backend, 'key')).toBe(3)
})

test('foreign lock: a close behind waiting writes lets them finish', async () => {
  const { backend, path } = await filledStore()
  const release = lock(path)
  const write = put(backend, 'key', 'late')
  const closed = backend.close()
  expect(() => backend.get('key', NOW_MS)).toThrow(/after close/)
  release()
  expect(await write).toBe('stored')
  await closed
  await backend.close()
  const database = new Sqlite(path)
  expect(database.prepare('SELECT body FROM stowage_entry_v1').pluck().get()).toBe('"late"')
  database.close()
})

test('a lock held for three seconds: reads go on, writes end as faults, the loop never stands still', async () => {
  const { backend, path } = await filledStore()
  const release = lock(path)
  const cache = createCache({ backend, ttl: '1h' })
  const writes = Array.from({ length: 20 }, (_, at) => cache.set(`key ${at}`, at))
  let [stallCount, lastAt] = [0, performance.now()]
  for (const untilMs = lastAt + 3_000; lastAt < untilMs; ) {
    await new Promise(setImmediate)
    expect(await held(backend, 'key')).toBe('value')
    if (performance.now() - lastAt > 100) stallCount++
    lastAt = performance.now()
  }
  // A busy machine stops everybody now and then; waiting for the lock would do so every time.
  expect(stallCount).toBeLessThan(3)
  for (const result of await Promise.all(writes)) expect(result).toEqual({ outcome: 'refused', reason: 'fault' })
  release()
  expect(await put(backend, 'key', 'newer')).toBe('stored')
})
