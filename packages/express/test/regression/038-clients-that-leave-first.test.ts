/** Regression: a client that left while the handler waited for it to read on left those who followed it hanging for ever. */
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

const MiB = 1_048_576

test('the handler goes on for the others', async () => {
  const gate = Promise.withResolvers<void>()
  const waits = Promise.withResolvers<void>()
  let sizeBytes = 0
  const { port, runs } = await servedApp(
    async (_req, res) => {
      res.set('Cache-Control', 'max-age=60').flushHeaders()
      await gate.promise
      // Up to the limit it is held for no client; beyond, for the first one, once the system's buffers are full.
      for (let isReady = true; isReady; sizeBytes += MiB) isReady = res.write(Buffer.alloc(MiB))
      waits.resolve()
      await once(res, 'drain')
      res.end('end')
    },
    { options: { maxBodyBytes: 16 * MiB } },
  )
  const leader = await opened(port, '/a')
  leader.res.pause()
  const follower = await opened(port, '/a')
  gate.resolve()
  await waits.promise
  // Nobody else has it go on.
  await expect.poll(() => follower.text().length, { timeout: 10_000 }).toBe(sizeBytes)
  leader.req.destroy()
  const text = await follower.whole
  expect([text.length, text.slice(-3)]).toEqual([sizeBytes + 3, 'end'])
  expect(runs()).toBe(1)
})
