/** Looking for a pattern says that it goes on, so that it may take as long as it does; also where nothing is found. */
import { randomUUID } from 'node:crypto'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../src/index.ts'

const FOREIGN_COUNT = 5_000
/** Keys that a server looks at in one answer. */
const SCAN_COUNT = 512

describeWithRedis('invalidation by pattern', (url) => {
  test('tells of each answer of the server, though all it has belongs to others', async () => {
    const prefix = `test:${randomUUID()}:`
    const client = new Redis(url)
    const others = Array.from({ length: FOREIGN_COUNT }, (_, at) => `other:${prefix}${at}`)
    await client.mset(...others.flatMap((key) => [key, 'not ours']))
    const backend = redisBackend({ url, prefix })
    onTestFinished(async () => {
      await backend.close()
      await client.del(...others)
      client.disconnect()
    })
    let toldCount = 0
    await backend.invalidate({ pattern: 'a*', root: '' }, Date.now(), () => toldCount++)
    expect(toldCount).toBeGreaterThanOrEqual(Math.floor(FOREIGN_COUNT / SCAN_COUNT))
  })
})
