/** Regression: with `hideTags`, or with tags that only a 200 gives, a 304 took its tags from the stored response: later invalidations missed it for good. */
import { MAX_TAG_COUNT } from '@stowage/core'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const tagsOfRow = (_req: unknown, { locals }: Response): string[] => ('row' in locals ? ['flights'] : [])

test.each([
  { hideTags: true, field: 'Cache-Tag' },
  { hideTags: true, field: 'Surrogate-Key' },
  { hideTags: false, field: 'Cache-Tag' },
  { tags: tagsOfRow, field: 'X-None' },
])('is found by them all the same: %j', async ({ field, ...options }) => {
  let version = 1
  const { ask, cache, clock, middleware } = await servedApp(
    (req, res) => {
      res.set({ 'Cache-Control': 'max-age=1', ETag: `"${version}"` })
      if (req.get('if-none-match') === `"${version}"`) return void res.status(304).end()
      res.locals['row'] = version
      res.set(field, 'flights').send(`version ${version}`)
    },
    { options },
  )
  // The tags of what was renewed are those of the next renewal.
  for (let round = 1; round <= 3; round++) {
    expect((await ask('/a')).body).toBe('version 1')
    await expect.poll(() => middleware.stats().stored).toBe(round)
    clock.advanceMs(2_000)
  }
  await ask('/a')
  await expect.poll(() => middleware.stats().stored).toBe(4)
  version = 2
  await cache.invalidate({ tags: ['flights'] })
  expect((await ask('/a')).body).toBe('version 2')
})

test('with too many of both it is served, and not stored', async () => {
  let run = 0
  const { ask, clock, middleware } = await servedApp((req, res) => {
    res.set({ 'Cache-Control': 'max-age=1', ETag: '"1"', 'Cache-Tag': `run-${++run}` })
    if (req.get('if-none-match') === undefined) {
      res.append(
        'Cache-Tag',
        Array.from({ length: MAX_TAG_COUNT - 2 }, (_, place) => `tag-${place}`),
      )
      res.send('text')
    } else res.status(304).end()
  })
  await ask('/a')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  clock.advanceMs(2_000)
  const renewed = await ask('/a')
  expect(renewed.body).toBe('text')
  expect(renewed.headers['cache-status']).toBe('Stowage; fwd=stale; fwd-status=304; detail=refused')
  expect(middleware.stats()).toMatchObject({ stored: 1, faults: 0 })
})
