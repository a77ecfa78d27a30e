/** Regression: who waited for the head of a response got it without the bytes that were let go before it began to read: an empty or beheaded body, as a complete 200. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const LIMIT_BYTES = 100_000

/** In one write, and in as many as a source has that is faster than any client. */
const WAYS: Record<string, (res: Response, body: Buffer) => unknown> = {
  'in one write': (res, body) => res.end(body),
  piped: (res, body) => {
    const parts = Array.from({ length: body.length / 5_000 }, (_, part) =>
      body.subarray(part * 5_000, (part + 1) * 5_000),
    )
    return pipeline(Readable.from(parts, { objectMode: false }), res)
  },
}

// Of twice the limit, who has read nothing by then is cut off, and asks for itself.
test.each(Object.entries(WAYS).flatMap(([name, send]) => [1.5, 3].map((times) => ({ name, send, times }))))(
  'of a body of $times times the limit, sent $name',
  async ({ send, times }) => {
    const body = Buffer.from(Array.from({ length: LIMIT_BYTES * times }, (_, place) => place % 251))
    const gate = Promise.withResolvers<void>()
    const { ask, middleware, runs } = await servedApp(
      async (_req, res) => {
        await gate.promise
        res.set('Cache-Control', 'max-age=60')
        await send(res, body)
      },
      { options: { maxBodyBytes: LIMIT_BYTES } },
    )
    const leader = ask('/a')
    await expect.poll(runs).toBe(1)
    const followers = [ask('/a'), ask('/a'), ask('/a')]
    await expect.poll(() => middleware.stats().requests).toBe(4)
    gate.resolve()
    for (const { status, bytes } of await Promise.all([leader, ...followers])) {
      expect([status, bytes.length, bytes.equals(body)]).toEqual([200, body.length, true])
    }
  },
)
