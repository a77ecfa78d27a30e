/** A handler that declares another length than it sends: whatever its client made of it, nobody else gets it. */
import { expect, test } from 'vitest'
import { servedApp } from './served-app.ts'

test.each([
  ['less', '10'],
  ['more', '2'],
])('a body of which %s came than was said is not stored', async (_, declared) => {
  const { ask, middleware, runs } = await servedApp((_req, res) => {
    res.writeHead(200, { 'Cache-Control': 'max-age=60', 'Content-Length': declared })
    res.end('short')
  })
  for (const path of ['/a', '/a']) await ask(path).catch(() => undefined)
  await expect.poll(runs).toBe(2)
  expect(middleware.stats()).toMatchObject({ stored: 0, hits: 0 })
})
