/** How long the server keeps what: told with each write, however it is sent; and of which write a change is, where several are alike. */
import { randomUUID } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { checksumBefore, createCache, type NewEntry, type StoredEntry } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { planRedis } from '../src/options.ts'
import { openBackend } from '../src/redis-backend.ts'

const NOW_MS = 1_000
/** How much longer than its life the server keeps it: more than tests may take, so that it is seen. */
const GRACE_MS = 600_000
const SMALL_BYTES = 50
const LARGE_BYTES = 20_000
const MAX_LEASES = 1_000

describeWithRedis('the life of an entry', (url) => {
  function world() {
    const prefix = `test:${randomUUID()}:`
    const admin = new Redis(url)
    onTestFinished(async () => {
      await admin.unlink(await admin.keys(`${prefix}*`))
      admin.disconnect()
    })
    const options = { url, prefix, timeout: '20s' } as const
    const backend = openBackend(options, { ...planRedis(options), expiryGraceMs: GRACE_MS })
    onTestFinished(() => backend.close())
    const set = (key: string, lifeMs: number, sizeBytes = SMALL_BYTES) =>
      backend.set(key, entryOf(key, lifeMs, sizeBytes), NOW_MS, undefined)
    const found = async (key: string): Promise<StoredEntry> => {
      const entry = await backend.get(key, NOW_MS)
      if (typeof entry === 'string') throw new Error(`${key} is ${entry}`)
      return entry
    }
    /** But for what the test has taken until now. */
    const expectLeft = async (key: string, leftMs: number): Promise<void> => {
      const pttl = await admin.pttl(`${prefix}e:${key}`)
      expect(pttl, key).toBeLessThanOrEqual(leftMs)
      expect(pttl, key).toBeGreaterThan(leftMs - 20_000)
    }
    return { admin, prefix, backend, set, found, expectLeft }
  }

  test('ends on the server a moment after its end, whichever way it was written', async () => {
    const { backend, set, expectLeft } = world()
    await set('lone', 60_000)
    await Promise.all([set('together', 60_000), set('other', 90_000)])
    await Promise.all([set('large', 60_000, LARGE_BYTES), set('beside', 90_000)])
    const lease = await backend.lease('leased', 'exclusive', 30_000, NOW_MS)
    await expectLeft('leased', 30_000 + GRACE_MS)
    await backend.set('leased', entryOf('leased', 60_000, SMALL_BYTES), NOW_MS, lease)
    for (const key of ['lone', 'together', 'large', 'leased']) await expectLeft(key, 60_000 + GRACE_MS)
    for (const key of ['other', 'beside']) await expectLeft(key, 90_000 + GRACE_MS)
  })

  test('is as long as that of the longest lease on it', async () => {
    const { backend, set, found, expectLeft } = world()
    await set('key', 30_000)
    const lease = await backend.lease('key', 'fence', 60_000, NOW_MS)
    await expectLeft('key', 60_000 + GRACE_MS)
    if (lease === undefined) throw new Error('a fence is always given')
    expect(await backend.renew(lease, [], 90_000, NOW_MS)).toBe(true)
    await expectLeft('key', 90_000 + GRACE_MS)
    const seen = await found('key')
    expect(await backend.touch('key', seen, timesOf(40_000), NOW_MS, 'keep')).toBe(true)
    await expectLeft('key', 90_000 + GRACE_MS)
    // A shorter one shortens nothing.
    await backend.lease('key', 'fence', 10_000, NOW_MS)
    expect(await backend.renew(lease, [], 20_000, NOW_MS)).toBe(true)
    await expectLeft('key', 90_000 + GRACE_MS)
    await set('key', 30_000)
    expect(await backend.renew(lease, [], 60_000, NOW_MS)).toBe(false)
  })

  test('is changed by a touch, on the server too', async () => {
    const { backend, set, found, expectLeft } = world()
    await set('key', 30_000)
    expect(await backend.touch('key', await found('key'), timesOf(90_000), NOW_MS, 'keep')).toBe(true)
    await expectLeft('key', 90_000 + GRACE_MS)
  })

  test('is not changed of a later write that is alike, nor when it is over', async () => {
    const { backend, set, found } = world()
    await set('key', 30_000)
    const seen = await found('key')
    await set('key', 30_000)
    expect(await backend.touch('key', seen, timesOf(60_000), NOW_MS, 'keep')).toBe(false)
    const now = await found('key')
    expect(await backend.touch('key', now, timesOf(60_000), now.facts.expireAtMs, 'keep')).toBe(false)
    expect(await backend.touch('key', now, timesOf(60_000), now.facts.expireAtMs - 1, 'keep')).toBe(true)
    // It has been touched since it was seen.
    expect(await backend.touch('key', now, timesOf(90_000), NOW_MS, 'keep')).toBe(false)
  })

  test('a discard takes the very write that was seen, and no other', async () => {
    const { backend, set, found } = world()
    await set('key', 30_000)
    const seen = await found('key')
    await set('key', 30_000)
    await backend.discard('key', seen)
    await backend.discard('key', await found('key'))
    expect(await backend.get('key', NOW_MS)).toBe('absent')
  })

  test('a lease that is over stays over for a holder whose clock is behind', async () => {
    const { backend } = world()
    await backend.lease('key', 'fence', 100, NOW_MS)
    const first = await backend.lease('key', 'exclusive', 1_000, NOW_MS)
    // It takes the place of the fence, and not of the one before it.
    expect(await backend.lease('key', 'exclusive', 1_000, NOW_MS + 1_000)).toBeDefined()
    if (first === undefined) throw new Error('nobody else held it')
    expect(await backend.renew(first, [], 1_000, NOW_MS + 500)).toBe(false)
  })

  test('ends with a write under a lease that is too large', async () => {
    const { backend, set } = world()
    await set('key', 30_000)
    const lease = await backend.lease('key', 'exclusive', 30_000, NOW_MS)
    const entry = { ...entryOf('key', 30_000, SMALL_BYTES), maxBytes: SMALL_BYTES }
    expect(await backend.set('key', entry, NOW_MS, lease)).toBe('too-large')
    expect(await backend.get('key', NOW_MS)).toBe('absent')
  })

  test('begins with the value as it was when it was given, also where the first trip is waited for', async () => {
    const { backend } = world()
    const cache = createCache({ backend, ttl: '1h' })
    const value = { is: 'given' }
    const setting = cache.set('key', value)
    value.is = 'changed afterwards'
    await setting
    expect(await cache.get('key')).toEqual({ is: 'given' })
  })

  test('a lease takes the room of one that is over, and the last one released leaves nothing behind', async () => {
    const { admin, prefix, backend, set } = world()
    const name = `${prefix}e:key`
    await backend.lease('key', 'fence', 100, NOW_MS)
    const lease = await backend.lease('key', 'fence', 60_000, NOW_MS + 100)
    expect(await admin.strlen(name)).toBe(40 + 31)
    if (lease === undefined) throw new Error('a fence is always given')
    await backend.release(lease)
    expect(await admin.exists(name)).toBe(0)
    await set('key', 30_000)
    const onEntry = await backend.lease('key', 'fence', 60_000, NOW_MS)
    if (onEntry === undefined) throw new Error('a fence is always given')
    await backend.release(onEntry)
    expect(await admin.exists(name)).toBe(1)
  })

  test('has room for a thousand leases, and one more takes the place of the first', async () => {
    const { admin, prefix, backend } = world()
    const leases = await Promise.all(
      Array.from({ length: MAX_LEASES + 1 }, async () => backend.lease('key', 'fence', 60_000, NOW_MS)),
    )
    expect(await admin.strlen(`${prefix}e:key`)).toBe(40 + 31 * MAX_LEASES)
    const [first, second] = leases
    if (first === undefined || second === undefined) throw new Error('a fence is always given')
    expect(await backend.renew(first, [], 60_000, NOW_MS)).toBe(false)
    expect(await backend.renew(second, [], 60_000, NOW_MS)).toBe(true)
  })

  test.each([
    ['says that it is longer than it is', 'STR\x01\xff\xff\xff\x00'],
    ['is of another layout', 'STR\x02\x00\x00\x00\x00'],
  ])('a lease on what %s makes it no longer', async (_, head) => {
    const { admin, prefix, backend } = world()
    const name = `${prefix}e:key`
    await admin.set(name, Buffer.from(head.padEnd(60, 'x'), 'latin1'))
    expect(await backend.lease('key', 'exclusive', 60_000, NOW_MS)).toBeDefined()
    // An envelope, and a lease.
    expect(await admin.strlen(name)).toBe(71)
  })
})

function timesOf(lifeMs: number) {
  const endMs = NOW_MS + lifeMs
  return { storedAtMs: NOW_MS, staleAtMs: endMs, errorOnlyAtMs: endMs, expireAtMs: endMs }
}

function entryOf(key: string, lifeMs: number, sizeBytes: number): NewEntry {
  const facts = { ...timesOf(lifeMs), tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined }
  const sealed = { format: 'text', body: 'x'.repeat(sizeBytes) }
  const encoded = { ...sealed, checksum: crc32(sealed.body, checksumBefore(key, facts, sealed.format)) }
  return { facts, value: undefined, maxBytes: Number.POSITIVE_INFINITY, encode: () => encoded }
}
