/** A real Redis that is killed, or hangs, under a real app: every request is answered by the handler, and soon. */
import { createCache } from '@stowage/core'
import { httpCache } from '@stowage/express'
import { redisBackend } from '@stowage/redis'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import { listening } from './listening.ts'

const search = await findRedisBinary()

async function openApp(url: string) {
  const cache = createCache({ backend: redisBackend({ url }), ttl: '1m', backendTimeout: '500ms' })
  const app = express()
  const http = httpCache({ cache })
  app.use(http)
  app.get('/', (_req, res) => {
    res.set('Cache-Control', 'max-age=60').send('made')
  })
  // What a dead server keeps it from tidying is not this test's business.
  onTestFinished(async () => void (await Promise.allSettled([cache.close()])))
  const { port } = await listening(app)
  return async (query = '') => {
    const startedMs = performance.now()
    const answer = await fetch(`http://127.0.0.1:${port}/${query}`)
    const body = await answer.text()
    return { body, status: answer.headers.get('cache-status'), tookMs: performance.now() - startedMs }
  }
}

test.skipIf(!search.found).each(['killed', 'stopped'] as const)(
  'Redis is %s',
  async (how) => {
    await using redis = await startRedis()
    const ask = await openApp(redis.url)
    await ask()
    await expect.poll(async () => (await ask()).status).toMatch(/hit/)
    if (how === 'killed') await redis.stop()
    else process.kill(redis.processId, 'SIGSTOP')
    try {
      for (let round = 0; round < 20; round++) {
        const { body, tookMs } = await ask(`?${round}`)
        expect(body).toBe('made')
        // Its patience for a read, a lease and a write, on a machine that is busy.
        expect(tookMs).toBeLessThan(10_000)
      }
    } finally {
      if (how === 'stopped') process.kill(redis.processId, 'SIGCONT')
    }
  },
  120_000,
)
