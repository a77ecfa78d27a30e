/**
 * A part of a stale response was sent with its request's Accept-Encoding changed, and the refresh behind it asked with that: the variant that
 * was served was never refreshed, another one that nobody had asked for was made at each request.
 */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('what is refreshed behind a part is the response it is a part of', async () => {
  const asked: unknown[] = []
  const { ask, clock, runs } = await servedApp((req, res) => {
    asked.push(req.headers['accept-encoding'])
    res.set({ 'Cache-Control': 'max-age=1, stale-while-revalidate=60', Vary: 'Accept-Encoding' }).send('0123456789')
  })
  await ask('/a', { headers: { 'accept-encoding': 'gzip' } })
  clock.advanceMs(2_000)
  const part = await ask('/a', { headers: { 'accept-encoding': 'gzip', range: 'bytes=0-4' } })
  expect([part.status, part.body]).toEqual([206, '01234'])
  await expect.poll(runs).toBe(2)
  expect(asked).toEqual(['gzip', 'gzip'])
})
