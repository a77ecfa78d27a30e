/** Regression: while a run of the handler hung, no refresh behind began for its key: what was stale was served for the whole of its window. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test('a run that hangs keeps no refresh from beginning', async () => {
  let count = 0
  const { ask, clock, runs } = await servedApp((req, res) => {
    count++
    if (req.get('cache-control') === 'no-cache') return
    res.set('Cache-Control', 'max-age=1, stale-while-revalidate=3600').send(`run ${count}`)
  })
  await ask('/a')
  ask('/a', { headers: { 'cache-control': 'no-cache' } }).catch(() => undefined)
  await expect.poll(runs).toBe(2)
  clock.advanceMs(60_000)
  expect((await ask('/a')).body).toBe('run 1')
  await expect.poll(async () => (await ask('/a')).body).toBe('run 3')
  expect(runs()).toBe(3)
})
