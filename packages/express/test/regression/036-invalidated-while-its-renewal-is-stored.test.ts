/** Regression: a stored response that a 304 had renewed was given, while it was being stored, to those who asked after its invalidation. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('who asks after an invalidation has the handler run', async () => {
  let version = 1
  const { ask, backend, cache, clock, runs } = await servedApp((req, res) => {
    res.set({ 'Cache-Control': 'max-age=1', 'Cache-Tag': 'flights', ETag: `"${version}"` })
    if (req.get('if-none-match') === `"${version}"`) res.status(304).end()
    else res.send(`version ${version}`)
  })
  await ask('/a')
  await expect.poll(async () => (await cache.usage()).entries).toBe(1)
  clock.advanceMs(2_000)
  backend.inject('set', { kind: 'late', delayMs: 700 })
  const renewed = await ask('/a')
  expect(renewed.body).toBe('version 1')
  expect(renewed.headers['cache-status']).toContain('fwd-status=304')
  await expect.poll(() => backend.callCounts.get('set')).toBe(2)
  version = 2
  await cache.invalidate({ tags: ['flights'] })
  expect((await ask('/a')).body).toBe('version 2')
  expect(runs()).toBe(3)
  backend.heal()
  clock.advanceMs(700)
})
