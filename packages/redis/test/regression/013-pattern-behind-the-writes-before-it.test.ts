/**
 * Regression: what a pattern covers was looked for at once, so that a set that had been asked for before and was not on its way yet (the first
 * of a process, or in a Cluster one that waited for its turn) was not found, and stayed.
 */
import { createCache } from '@stowage/core'
import { findRedisBinary, startCluster, startRedis } from '@stowage/test-servers'
import { Cluster } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type RedisOptions, redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()

function opened(options: RedisOptions) {
  const cache = createCache({ backend: redisBackend(options), ttl: '1m', onFault: 'throw' })
  onTestFinished(() => cache.close())
  return cache
}

/** What it is told to keep back goes a few trips later. */
class Late extends Cluster {
  kept = ''

  override sendCommand(...[command, ...to]: Parameters<Cluster['sendCommand']>): unknown {
    const { kept } = this
    if (kept === '' || !command.args.some((arg) => String(arg).includes(kept))) return super.sendCommand(command, ...to)
    this.kept = ''
    void (async () => {
      for (let trips = 0; trips < 20; trips++) await this.ping()
      super.sendCommand(command, ...to)
    })()
    return command.promise
  }
}

describe.skipIf(!search.found)('an invalidation by pattern', { timeout: 60_000 }, () => {
  test('covers the first set of a process, which nobody has waited for', async () => {
    await using server = await startRedis()
    await opened({ url: server.url }).set('another', 1)
    const cache = opened({ url: server.url })
    const asked = [cache.set('key', 1), cache.invalidate({ pattern: 'k*' })]
    await Promise.all(asked)
    expect(await cache.get('key')).toBeUndefined()
  })

  test('covers a set that waits for its turn', async () => {
    await using cluster = await startCluster()
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warn.mockRestore())
    const client = new Late(cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port })))
    onTestFinished(() => client.disconnect())
    const cache = opened({ client, timeout: '10s' })
    await cache.set('key', 'before')
    await cache.delete('key')
    client.kept = 'on its way'
    const asked = [cache.set('key', 'on its way'), cache.set('key', 'waits'), cache.invalidate({ pattern: 'k*' })]
    await Promise.all(asked)
    expect(await cache.get('key')).toBeUndefined()
  })
})
