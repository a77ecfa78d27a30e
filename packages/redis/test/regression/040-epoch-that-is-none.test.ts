/**
 * Regression: where something else had been written over the epoch that the scripts took for one and the processes did not, it was never begun
 * anew: every set was refused, for ever.
 */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { redisBackend } from '../../src/index.ts'

describeWithRedis('an epoch that is none', (url) => {
  // Of the second the server sees eight bytes, and a process seven characters.
  test.each(['garbage 1 0 0', 'gärbage 1 0 0', 'garbages! 1 0 0', 'garbage! 1 0 0'])(
    '%s is begun anew',
    async (text) => {
      const prefix = `test:${randomUUID()}:`
      const admin = new Redis(url)
      const open = () => {
        const cache = createCache({ backend: redisBackend({ url, prefix }), ttl: '1h', onFault: 'throw' })
        onTestFinished(() => cache.close())
        return cache
      }
      onTestFinished(async () => {
        await admin.unlink(await admin.keys(`${prefix}*`))
        admin.disconnect()
      })
      const knowing = open()
      await knowing.set('before', 1)
      await admin.set(`${prefix}m:epoch`, text)
      expect(await knowing.get('before')).toBeUndefined()
      for (const cache of [knowing, open()]) {
        await cache.set('key', 1, { tags: ['t'] })
        expect(await cache.get('key')).toBe(1)
        await cache.invalidate({ tags: ['t'] })
        expect(await cache.get('key')).toBeUndefined()
      }
      expect(await admin.get(`${prefix}m:epoch`)).toMatch(/^[\w-]{8} 2 0 0$/)
    },
  )
})
