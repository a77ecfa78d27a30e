/**
 * Regression: where a Cluster's client connects anew by itself to a master that was started anew (`clusterNodeRetryStrategy`), a walk over all keys went
 * on with the cursor of before, to that server another place: a listing was short of keys, and an invalidation by pattern left entries.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { adminOf, findRedisBinary, type RedisServer, startRedis } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const SLOT_COUNT = 16_384
/** Several answers of SCAN. */
const KEY_COUNT = 3_000
const SOON = { timeout: 20_000, interval: 20 }

async function isWhole({ port }: RedisServer): Promise<void> {
  using admin = adminOf(port)
  await vi.waitFor(async () => expect(await admin.ask('cluster', 'info')).toContain('cluster_state:ok'), SOON)
}

/** One server that has all slots, and the same with its data when it is started the next time. */
async function startKept() {
  const folder = await mkdtemp(join(tmpdir(), 'stowage-kept-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const announced = ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1']
  const settings = [...announced, '--dir', folder, '--save', '3600 1']
  const server = await startRedis({ settings })
  onTestFinished(() => server.stop())
  using admin = adminOf(server.port)
  await admin.ask('cluster', 'addslots', ...Array.from({ length: SLOT_COUNT }, (_, slot) => String(slot)))
  await isWhole(server)
  return {
    port: server.port,
    restart: async (): Promise<void> => {
      using last = adminOf(server.port)
      await last.ask('save')
      await server.stop()
      const next = await startRedis({ settings, choosePort: async () => server.port })
      onTestFinished(() => next.stop())
      await isWhole(next)
    },
  }
}

describe.skipIf(!search.found)('a master of a Cluster that is started anew', { timeout: 60_000 }, () => {
  test('is walked over from the beginning, and each key is given once', async () => {
    const { port, restart } = await startKept()
    const options = { clusterNodeRetryStrategy: () => 20 }
    const cluster = { nodes: [{ host: '127.0.0.1', port }], options }
    const cache = createCache({ backend: redisBackend({ cluster, timeout: '10s' }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await vi.waitFor(async () => expect((await cache.set('key', 1)).outcome).toBe('stored'), SOON)
    await cache.setMany(Array.from({ length: KEY_COUNT }, (_, at) => [`key ${at}`, at] as const))

    const seen: string[] = []
    for await (const { key } of cache.entries()) {
      if (seen.length === 0) await restart()
      seen.push(String(key))
    }
    expect(new Set(seen).size).toBe(KEY_COUNT + 1)
    expect(seen).toHaveLength(KEY_COUNT + 1)
  })
})
