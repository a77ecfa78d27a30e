/** Regression: `s-maxage` with `stale-while-revalidate` beside it, as frameworks and `responseMeta` of @stowage/trpc write for shared caches, was never served stale. */
import { expect, test } from 'vitest'
import { counting, servedApp } from '../served-app.ts'

test('what the response says beside s-maxage counts', async () => {
  const { ask, clock, runs } = await servedApp(
    counting({ 'Cache-Control': 'public, s-maxage=1, stale-while-revalidate=60' }),
  )
  await ask('/a')
  clock.advanceMs(30_000)
  expect((await ask('/a')).body).toBe('run 1')
  await expect.poll(runs).toBe(2)
  await expect.poll(async () => (await ask('/a')).body).toBe('run 2')
  clock.advanceMs(62_000)
  expect((await ask('/a')).body).toBe('run 3')
})

test('what the route says does not: neither behind, nor for a failure', async () => {
  let isDown = false
  const { ask, clock } = await servedApp(
    (req, res) => {
      const more =
        req.path === '/in-error' ? ', stale-if-error=60' : req.path === '/behind' ? ', stale-while-revalidate=10' : ''
      res.set('Cache-Control', `s-maxage=1${more}`)
      if (isDown) res.status(503)
      res.send(isDown ? 'down' : 'up')
    },
    { options: { staleWhileRevalidate: '1m', staleIfError: '1m' } },
  )
  const paths = ['/plain', '/in-error', '/behind']
  for (const path of paths) await ask(path)
  isDown = true
  clock.advanceMs(30_000)
  const bodies: string[] = []
  for (const path of paths) bodies.push((await ask(path)).body)
  expect(bodies).toEqual(['down', 'up', 'down'])
})
