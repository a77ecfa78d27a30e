/** Regression: with compression before the cache, a handler that was held up by a slow disk was never told to go on: compression kept its listener for a stream of its own, which was ready. */
import { setImmediate as turn } from 'node:timers/promises'
import compression from 'compression'
import { expect, test } from 'vitest'
import type { BodyStore } from '../../src/large-body.ts'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

const PART = Buffer.alloc(1_024)
const PART_COUNT = 3_000

test.each(['on', 'once', 'addListener'] as const)('goes on when it has caught up, waiting by %s', async (name) => {
  const gate = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const store: BodyStore = {
    async setStream(_key, source) {
      await gate.promise
      for await (const _part of source);
      return 'stored'
    },
    getStream: async () => undefined,
  }
  const { port, middleware } = await servedApp(
    async (_req, res) => {
      res.set('Cache-Control', 'max-age=60').type('text')
      for (let part = 0; part < PART_COUNT; part++) {
        // Compression takes what little comes at a time, and is not what is waited for.
        await turn()
        if (res.write(PART)) continue
        const { promise, resolve } = Promise.withResolvers<void>()
        res[name]('drain', resolve)
        // By the disk: so much may wait for it.
        if (part >= 1_000) held.resolve()
        await promise
        res.off('drain', resolve)
      }
      res.end()
    },
    { before: [compression({ threshold: 0 })], options: { bodies: store, maxBodyBytes: 1_000 } },
  )
  const client = await opened(port, '/a', { 'accept-encoding': 'gzip' })
  await held.promise
  gate.resolve()
  await client.whole
  await expect.poll(() => middleware.stats().stored).toBe(1)
})
