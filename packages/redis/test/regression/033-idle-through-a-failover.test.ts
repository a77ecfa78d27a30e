/**
 * Regression: a process that had nothing to ask made good what a new master lacked with its next call, however late that was: until then
 * all others were served what it had deleted.
 */
import { createCache } from '@stowage/core'
import { findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { REMOVE } from '../../src/scripts/entry.ts'
import { toldCluster } from '../told-cluster.ts'

const search = await findRedisBinary()

function adminOf(url: string): Redis {
  const admin = new Redis(url)
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  return admin
}

describe.skipIf(!search.found)('a new master', { timeout: 60_000 }, () => {
  test('is told by a process that is idle as soon as that is connected', async () => {
    const old = await startRedis()
    await using proxy = await startProxy(old.port)
    const cache = createCache({ backend: redisBackend({ url: proxy.url }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await cache.set('deleted', 'old')
    const source = adminOf(old.url)
    const names = await source.keys('*')
    const dumps = await Promise.all(names.map((name) => source.dumpBuffer(name)))
    await cache.delete('deleted')

    proxy.become({ isSilent: true })
    await old.stop()
    await using next = await startRedis({ choosePort: async () => old.port })
    const target = adminOf(next.url)
    for (const [at, name] of names.entries()) await target.restore(name, 0, dumps[at] ?? '')
    const deleted = names.filter((name) => name.includes('deleted'))
    expect(await target.exists(...deleted)).toBe(1)
    proxy.become({})
    await expect.poll(() => target.exists(...deleted), { timeout: 20_000 }).toBe(0)
  })
})

it('of a Cluster is told as soon as it is known who has the slot', async () => {
  const { partition, become, answer, refresh, sent } = toldCluster()
  const removed = partition.change(REMOVE, ['key'], [])
  await answer('removal', [])
  await removed
  refresh()
  expect(sent).toEqual(['removal'])
  become('the second')
  refresh()
  await answer('removal', [])
  expect(sent).toEqual(['removal', 'removal'])
})
