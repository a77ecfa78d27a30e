/**
 * A response past its stale-while-revalidate window was served stale as long as its entry was kept for other uses (to stand in
 * for a failing handler, to be asked about), as if a call had just expired it.
 */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const STALE = 'max-age=60, stale-while-revalidate=30'

// The second's entry is kept for a day on account of its validator, and is past the ttl of a cache entry only after 23 hours of it.
test.each([
  [{ 'Cache-Control': STALE }, 91],
  [{ 'Cache-Control': STALE, ETag: '"a"' }, 60 + 23.5 * 3600],
])('past its window it is asked about: %j after %d s', async (fields, ageSeconds) => {
  const { ask, clock, runs } = await servedApp((_req, res) => {
    res.set(fields).send('text')
  })
  await ask('/a')
  clock.advanceMs(ageSeconds * 1000)
  expect((await ask('/a')).headers['cache-status']).toMatch(/fwd=stale/)
  expect(runs()).toBe(2)
})

test('one that a call has expired is served once more while it is asked about, within its window', async () => {
  const { ask, cache, clock, runs } = await servedApp((_req, res) => {
    res.set({ 'Cache-Control': STALE, 'Cache-Tag': 'a' }).send('text')
  })
  await ask('/a')
  await cache.expire({ tags: ['a'] })
  clock.advanceMs(10_000)
  expect((await ask('/a')).headers['cache-status']).toMatch(/hit/)
  await expect.poll(runs).toBe(2)
})
