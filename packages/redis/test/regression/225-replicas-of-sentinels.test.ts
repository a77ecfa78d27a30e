/**
 * Regression: reading from replicas was refused of a Cluster only. Of `role: 'slave'`, with which Sentinels name a replica, it was taken: every call
 * then failed, and what a bus published there nobody else heard.
 */
import { ConfigError } from '@stowage/core'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend, redisBus } from '../../src/index.ts'

const SENTINELS = { sentinels: [{ host: '127.0.0.1', port: 1 }], name: 'cache', lazyConnect: true }

test('a replica is refused of a client, of a URL and of options', () => {
  const connection = { ...SENTINELS, role: 'slave' } as const
  const client = new Redis(connection)
  onTestFinished(() => client.disconnect())
  for (const open of [redisBackend, redisBus]) {
    for (const options of [{ client }, { connection }, { url: 'redis://127.0.0.1:1?role=slave&lazyConnect=true' }]) {
      expect(() => open(options)).toThrow(ConfigError)
      expect(() => open(options)).toThrow(/^role of the client: 'slave' is refused; allowed: 'master', as replicas lag/)
    }
  }
})

test('a master is taken, and so is a client that does not say', async () => {
  for (const further of [{}, { role: 'master' } as const]) {
    const backend = redisBackend({ connection: { ...SENTINELS, ...further } })
    await backend.close()
  }
})
