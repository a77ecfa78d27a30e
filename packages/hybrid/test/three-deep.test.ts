/** Memory before a file of its own before a Redis that others share: as coherent as two tiers. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cache, createCache } from '@stowage/core'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { redisBackend, redisBus } from '@stowage/redis'
import { sqliteBackend } from '@stowage/sqlite'
import { describeWithRedis } from '@stowage/test-servers'
import { expect, onTestFinished, test, vi } from 'vitest'

const SOON = { timeout: 10_000, interval: 10 }

describeWithRedis('memory > sqlite > redis', (url) => {
  function startNodes(): (name: string) => Cache {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-three-'))
    const prefix = `three:${randomUUID()}:`
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    return (name) => {
      const tiers = [
        memoryBackend({ maxEntries: 100 }),
        sqliteBackend({ path: join(folder, `${name}.db`) }),
        redisBackend({ url, prefix }),
      ]
      const backend = hybridBackend({
        tiers,
        tierOptions: tiers.map(() => ({ timeout: '10s' })),
        bus: redisBus({ url, prefix }),
      })
      return createCache({ backend, ttl: '1h', backendTimeout: '30s' })
    }
  }

  const tierOf = async (cache: Cache, key: string): Promise<string> => {
    const found = await cache.lookup(key)
    return found.outcome === 'miss' ? 'nowhere' : found.tier
  }

  test('an entry comes from the nearest that may be trusted', async () => {
    const start = startNodes()
    await using one = start('one')
    await one.set('key', { at: new Date(7) }, { tags: ['t'] })
    await using two = start('two')
    expect(await tierOf(two, 'key')).toBe('redis')
    await vi.waitFor(async () => expect(await tierOf(two, 'key')).toBe('memory'), SOON)
    await two.close()
    await using restarted = start('two')
    // What the file has kept may have changed since, and nobody knows any more what it was a copy of.
    expect(await tierOf(restarted, 'key')).toBe('redis')
    expect(await restarted.get('key')).toEqual({ at: new Date(7) })
  })

  test.each<[string, (on: Cache) => Promise<unknown>]>([
    ['a deletion', (on) => on.delete('key')],
    ['an invalidation by tag', (on) => on.invalidate({ tags: ['t'] })],
    ['a clearing', (on) => on.invalidate({ all: true })],
  ])('%s by one is in force in all tiers of the other, and after its restart', async (_, act) => {
    const start = startNodes()
    await using one = start('one')
    await using two = start('two')
    await one.set('key', 'old', { tags: ['t'] })
    await vi.waitFor(async () => expect(await tierOf(two, 'key')).toBe('memory'), SOON)
    await act(one)
    await vi.waitFor(async () => expect(await tierOf(two, 'key')).toBe('nowhere'), SOON)
    await two.close()
    await using restarted = start('two')
    expect(await tierOf(restarted, 'key')).toBe('nowhere')
  })

  test('what was changed while one was not running is not served from its file', async () => {
    const start = startNodes()
    await using one = start('one')
    await one.set('key', 'old')
    const two = start('two')
    await vi.waitFor(async () => expect(await tierOf(two, 'key')).toBe('memory'), SOON)
    await two.close()
    await one.set('key', 'new')
    await using restarted = start('two')
    expect(await restarted.get('key')).toBe('new')
  })
})
