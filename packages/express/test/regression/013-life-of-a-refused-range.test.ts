/** A 416 from the store kept the life of the stored response, by which a cache behind this one kept the error for the URL. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('a range that cannot be given says nothing of how long to keep it', async () => {
  const { ask } = await servedApp((_req, res) => {
    res.set({
      'Cache-Control': 'public, max-age=3600',
      'CDN-Cache-Control': 'max-age=600',
      'Surrogate-Control': 'max-age=600',
      Expires: 'Fri, 02 Jan 2026 00:00:00 GMT',
      'X-Kept': 'yes',
    })
    res.send('0123456789')
  })
  await ask('/a')
  const { status, headers } = await ask('/a', { headers: { range: 'bytes=99-' } })
  expect([status, headers['content-range'], headers['cache-control']]).toEqual([416, 'bytes */10', 'no-store'])
  for (const name of ['cdn-cache-control', 'surrogate-control', 'expires', 'age']) expect(headers[name]).toBeUndefined()
  expect(headers['x-kept']).toBe('yes')
  expect((await ask('/a')).headers['cache-control']).toBe('public, max-age=3600')
})
