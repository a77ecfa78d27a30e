/** A server that stops, dies, is not there yet, or is somebody else's afterwards (R1 to R3, R14): real processes, under load. */
import { createCache } from '@stowage/core'
import { findRedisBinary, type RedisServer, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { beginTrial, lasting } from './trial.ts'

const search = await findRedisBinary()
/** Longer than calls, sockets and attempts to connect may take. */
const STOPPED_MS = 4_000

function stopped(server: RedisServer): void {
  process.kill(server.processId, 'SIGSTOP')
  onTestFinished(() => goOn(server))
}

function goOn(server: RedisServer): void {
  try {
    process.kill(server.processId, 'SIGCONT')
  } catch (thrown) {
    // It is over by now.
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}

describe.skipIf(!search.found)('a server in trouble', { timeout: 60_000 }, () => {
  test('R1: one that is stopped for seconds costs loads, and nothing else', async () => {
    await using server = await startRedis()
    const trial = beginTrial({ url: server.url })
    await trial.reads(2_000)
    stopped(server)
    await lasting(STOPPED_MS)
    await trial.reads(100)
    goOn(server)
    await trial.recovers()
    await trial.reads(2_000)
    await trial.ends()
  })

  test('R2: one that is killed and comes back empty is used again', async () => {
    const server = await startRedis()
    const trial = beginTrial({ url: server.url })
    await trial.reads(2_000)
    await server.stop()
    await trial.reads(2_000)
    await using again = await startRedis({ choosePort: async () => server.port })
    expect(again.port).toBe(server.port)
    await trial.recovers()
    await trial.ends()
  })

  test('R3: one that is not there when the process begins is used as soon as it is', async () => {
    const gone = await startRedis()
    await gone.stop()
    const trial = beginTrial({ url: gone.url })
    await trial.reads(200)
    expect(trial.load.hitCount).toBe(0)
    await using server = await startRedis({ choosePort: async () => gone.port })
    expect(server.port).toBe(gone.port)
    await trial.recovers()
    await trial.ends()
  })

  test('R14: scripts that the server has forgotten are taught again', async () => {
    await using server = await startRedis()
    const cache = createCache({ backend: redisBackend({ url: server.url }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await cache.getOrSet('key', () => 1)
    const admin = new Redis(server.url)
    admin.on('error', () => undefined)
    onTestFinished(() => admin.disconnect())
    await admin.script('FLUSH')
    expect(await cache.delete('key')).toBe(true)
    expect(await cache.getOrSet('key', () => 2)).toBe(2)
    await cache.invalidate({ all: true })
    expect(await cache.get('key')).toBeUndefined()
    expect(cache.stats().faults).toBe(0)
  })
})
