/**
 * Regression: where a new master refused at first to be made good, as one does that has no replica yet (`min-replicas-to-write`), a process that had nothing to
 * ask tried it again with its next call only: until then all others were served what it had deleted.
 */
import { createCache } from '@stowage/core'
import { adminOf, findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { Wire } from '../../src/wire.ts'
import { standInClient } from '../stand-in-client.ts'

const search = await findRedisBinary()
const NAME = 'stowage:e:deleted'

describe.skipIf(!search.found)('a new master that takes no writes yet', { timeout: 60_000 }, () => {
  test('is told by a process that is idle as soon as it takes them', async () => {
    const old = await startRedis()
    await using proxy = await startProxy(old.port)
    const cache = createCache({ backend: redisBackend({ url: proxy.url }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await cache.set('deleted', 'old')
    const source = new Redis(old.url)
    const dump = await source.dumpBuffer(NAME)
    source.disconnect()
    await cache.delete('deleted')

    proxy.become({ isSilent: true })
    await old.stop()
    await using next = await startRedis({ choosePort: async () => old.port })
    using target = adminOf(next.port)
    const restoring = new Redis(next.url)
    await restoring.restore(NAME, 0, dump)
    restoring.disconnect()
    await target.ask('config', 'set', 'min-replicas-to-write', '1')
    await target.ask('config', 'resetstat')
    proxy.become({})
    const refused = async () => target.ask('info', 'errorstats')
    await expect.poll(refused, { timeout: 20_000 }).toContain('errorstat_NOREPLICAS')
    expect(await target.ask('exists', NAME)).toBe('1')
    await target.ask('config', 'set', 'min-replicas-to-write', '0')
    await expect.poll(() => target.ask('exists', NAME), { timeout: 5_000 }).toBe('0')
  })
})

it('what is to be done in a moment is left undone when it is closed by then', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const done: string[] = []
  const open = ['open', 'closed'].map((name) => {
    const wire = new Wire(
      standInClient(async () => 'OK'),
      500,
    )
    wire.later(() => done.push(name))
    return wire
  })
  await open[1]?.close()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(done).toEqual(['open'])
})
