/**
 * If-Range with a Last-Modified of the very second the response was made in gave a part: what had changed again within that second was joined
 * to what the client had before it (RFC 9110, 13.1.5 and 8.8.2.2).
 */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const START_AT_MS = Date.UTC(2026, 0, 1)

test.each([
  [0, 200, '0123456789'],
  [1_000, 206, '23'],
])('last modified %d ms before its date: %d', async (beforeMs, status, body) => {
  const lastModified = new Date(START_AT_MS - beforeMs).toUTCString()
  const { ask } = await servedApp(
    (_req, res) => {
      res.set({ 'Cache-Control': 'max-age=60', 'Last-Modified': lastModified }).send('0123456789')
    },
    { startAtMs: START_AT_MS },
  )
  await ask('/a')
  const answer = await ask('/a', { headers: { range: 'bytes=2-3', 'if-range': lastModified } })
  expect([answer.status, answer.body]).toEqual([status, body])
  expect(answer.headers['cache-status']).toMatch(/hit/)
})
