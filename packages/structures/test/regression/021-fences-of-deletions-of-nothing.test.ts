/** Regression: an index passed over the fencing token of a deletion where nothing was there: the older, stopped holder of the lock could write the key after it. */
import { UsageError } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { createIndex, createLock } from '@stowage/structures'
import { expect, test } from 'vitest'
import { describeBackends } from '../backends.ts'

describeBackends((kind) => {
  test('who made sure that a key is gone is not written over by who held the lock before', async () => {
    await using store = await kind.create()
    const backend = store.open()
    const clock = createFakeClock()
    const lock = createLock(backend, 'users', { ttl: '30s', clock })
    const index = createIndex<string>(backend, 'users', { clock })
    await using slow = await lock.acquire()
    clock.advanceMs(60_000)
    await using next = await lock.acquire()
    expect(await index.delete('blocked-user', { fence: next.fence })).toBe('absent')
    expect(await index.stats()).toEqual({ entries: 0, fence: next.fence })
    expect(await index.set('blocked-user', 'active', { fence: slow.fence })).toBe('superseded')
    expect(await index.delete('blocked-user', { fence: slow.fence })).toBe('superseded')
    expect(await index.has('blocked-user')).toBe(false)
    expect(await index.delete('blocked-user', { fence: next.fence })).toBe('absent')
  })

  test('a token that is none is refused where nothing is there', async () => {
    await using store = await kind.create()
    const index = createIndex<string>(store.open(), 'users')
    await expect(index.delete('nobody', { fence: 0.5 })).rejects.toThrow(UsageError)
    expect(await index.delete('nobody')).toBe('absent')
  })
})
