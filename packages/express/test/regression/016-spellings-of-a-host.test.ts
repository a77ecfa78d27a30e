/**
 * The response to a request that spelled its host in capitals, or named its origin in full, was everybody's, and so was what its handler had
 * echoed of it. What is invalidated is so in all spellings.
 */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('each spelling has the response that was made for it, and all are invalidated together', async () => {
  const { ask, runs } = await servedApp((req, res) => {
    res.set('Cache-Control', 'max-age=60').send(`${req.headers.host} ${req.originalUrl}`)
  })
  const spellings = [
    ['Example.COM', '/a'],
    ['example.com', '/a'],
    ['example.com', 'http://example.com/a'],
    ['example.com', 'HTTP://EXAMPLE.com/a'],
  ] as const
  const askAll = async () => {
    for (const [host, url] of spellings) expect((await ask(url, { headers: { host } })).body).toBe(`${host} ${url}`)
  }
  await askAll()
  await askAll()
  expect(runs()).toBe(4)
  await ask('/a', { method: 'POST', headers: { host: 'EXAMPLE.com' } })
  await askAll()
  expect(runs()).toBe(9)
})
