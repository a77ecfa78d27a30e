/** Regression: a refresh behind whose handler streams a body that is large, and not stored, waited for a client there is none of: it never ended. */
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const PART = Buffer.alloc(65_536)

test.each(['private', 'max-age=1, stale-while-revalidate=600'])('ends where it says %s', async (later) => {
  const begun: Response[] = []
  const { ask, clock, middleware } = await servedApp(
    async (_req, res) => {
      begun.push(res)
      res.set('Cache-Control', begun.length === 1 ? 'max-age=1, stale-while-revalidate=600' : later)
      if (begun.length === 1) return void res.send('small')
      await pipeline(Readable.from(Array.from({ length: 20 }, () => PART)), res)
    },
    { options: { maxBodyBytes: 100_000 } },
  )
  await ask('/a')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  clock.advanceMs(2_000)
  expect((await ask('/a')).body).toBe('small')
  await expect.poll(() => begun.length).toBe(2)
  const refresh = begun[1]
  if (refresh?.writableFinished === false) await once(refresh, 'finish')
  expect(refresh?.writableFinished).toBe(true)
})
