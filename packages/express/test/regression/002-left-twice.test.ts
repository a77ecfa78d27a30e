/** A client that left while it waited for the head of a response was counted off twice, so that another one was taken for none. */
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

test('who waits for the head of a response is waited for, though others leave', async () => {
  const head = Promise.withResolvers<void>()
  const body = Promise.withResolvers<void>()
  let leftCount = 0
  const { port, middleware, runs } = await servedApp(
    async (_req, res) => {
      let isWanted = true
      res.on('close', () => {
        isWanted = false
      })
      await head.promise
      res.set('Cache-Control', 'max-age=60').flushHeaders()
      await body.promise
      res.end(isWanted ? 'made' : 'not wanted')
    },
    {
      before: [
        (req, _res, next) => {
          req.socket.on('close', () => leftCount++)
          next()
        },
      ],
    },
  )
  const leaving = [new AbortController(), new AbortController()]
  const begun = async ({ signal }: AbortController, requests: number) => {
    fetch(`http://127.0.0.1:${port}/a`, { signal }).catch(() => undefined)
    await expect.poll(() => middleware.stats().requests).toBe(requests)
  }
  for (const [at, each] of leaving.entries()) await begun(each, at + 1)
  const staying = opened(port, '/a')
  await expect.poll(() => middleware.stats().requests).toBe(3)
  for (const [at, each] of leaving.entries()) {
    each.abort()
    await expect.poll(() => leftCount).toBe(at + 1)
  }
  head.resolve()
  const { whole } = await staying
  body.resolve()
  expect(await whole).toBe('made')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  expect(runs()).toBe(1)
})
