/** Regression: when the first client had left, nothing held a fast handler up: those who followed lagged behind, and were cut off. */
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request } from 'express'
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

const PART = Buffer.alloc(65_536)
const PART_COUNT = 400

test('the handler goes at the speed of who follows', async () => {
  const gate = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const { port, runs } = await servedApp(
    async (req: Request, res) => {
      req.socket.once('close', left.resolve)
      res.set('Cache-Control', 'max-age=60')
      async function* parts(): AsyncGenerator<Buffer> {
        yield PART
        await gate.promise
        for (let part = 1; part < PART_COUNT; part++) yield PART
      }
      await pipeline(Readable.from(parts()), res)
    },
    { options: { maxBodyBytes: '256KiB' } },
  )
  const leader = await opened(port, '/a')
  const follower = await opened(port, '/a')
  leader.req.destroy()
  await left.promise
  gate.resolve()
  expect((await follower.whole).length).toBe(PART_COUNT * PART.length)
  expect(runs()).toBe(1)
})
