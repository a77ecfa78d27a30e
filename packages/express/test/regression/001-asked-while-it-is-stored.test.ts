/**
 * The end of a response was taken for its breaking off while it was still being stored, so that who asked in that moment had
 * the handler run again, though the response was at hand.
 */
import { once } from 'node:events'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test.each([{}, { Vary: 'X-Kind' }])('who asks while a response is being stored gets it: %j', async (fields) => {
  const responses: Response[] = []
  const { ask, backend, clock, middleware, runs } = await servedApp(
    (_req, res) => {
      res.set({ 'Cache-Control': 'max-age=60', ...fields })
      res.write('first,')
      res.end('second')
    },
    {
      before: [
        (_req, res, next) => {
          responses.push(res)
          next()
        },
      ],
    },
  )
  backend.inject('set', { kind: 'hang' })
  const asked = ask('/a', { headers: { 'x-kind': 'a' } })
  await expect.poll(() => responses.length).toBe(1)
  const [first] = responses
  if (first?.closed === false) await once(first, 'close')
  expect((await asked).body).toBe('first,second')
  // Nothing has been stored, and nothing is known to have failed yet.
  expect(backend.callCounts.get('set')).toBe(1)
  const second = await ask('/a', { headers: { 'x-kind': 'a' } })
  expect(second.body).toBe('first,second')
  expect(second.headers['cache-status']).toBe('Stowage; fwd=uri-miss; collapsed')
  const part = await ask('/a', { headers: { 'x-kind': 'a', range: 'bytes=0-4' } })
  expect([part.status, part.body]).toEqual([206, 'first'])
  expect(runs()).toBe(1)
  expect(middleware.stats()).toMatchObject({ collapsed: 2 })
  backend.heal()
  clock.advanceMs(10_000)
})
