// Cache-Status told a revalidated response, and one that stood in for a failure, as a hit and as forwarded at once (RFC 9211, 2.2).
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('what the handler was asked for is no hit', async () => {
  let fails = false
  const { ask, clock } = await servedApp((req, res) => {
    if (fails) return void res.status(503).end()
    res.set({ 'Cache-Control': 'max-age=60, stale-if-error=600', ETag: '"v"' })
    res.status(req.get('if-none-match') === '"v"' ? 304 : 200).end()
  })
  const status = async () => (await ask('/a')).headers['cache-status']
  expect(await status()).toBe('Stowage; fwd=uri-miss; stored')
  expect(await status()).toBe('Stowage; hit; ttl=60')
  clock.advanceMs(61_000)
  expect(await status()).toBe('Stowage; fwd=stale; fwd-status=304; stored')
  clock.advanceMs(61_000)
  fails = true
  expect(await status()).toBe('Stowage; fwd=stale; fwd-status=503; detail=status')
})
