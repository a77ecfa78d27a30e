/** Regression: a 304 whose ETag was the stored one but weak renewed nothing: the handler was asked at each request from then on. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test.each([
  ['"1"', 'W/"1"', true],
  ['W/"1"', 'W/"1"', true],
  ['"1"', '"1"', true],
  ['"1"', 'W/"2"', false],
  // A strong one is that of the very same bytes, which a weak one does not tell.
  ['W/"1"', '"1"', false],
])('stored as %s, a 304 of %s renews it: %j', async (stored, said, isRenewed) => {
  const { ask, clock, runs, middleware } = await servedApp((req, res) => {
    res.setHeader('Cache-Control', 'max-age=60')
    res.setHeader('ETag', req.headers['if-none-match'] === undefined ? stored : said)
    if (req.headers['if-none-match'] === undefined) res.end('text')
    else res.writeHead(304).end()
  })
  await ask('/a')
  clock.advanceMs(61_000)
  for (let round = 0; round < 3; round++) expect(await ask('/a')).toMatchObject({ status: 200, body: 'text' })
  expect(runs()).toBe(isRenewed ? 2 : 4)
  expect(middleware.stats().hits).toBe(isRenewed ? 2 : 0)
})
