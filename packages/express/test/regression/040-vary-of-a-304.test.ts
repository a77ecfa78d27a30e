/** Regression: a 304 that said on what the response depends (`Vary`), of which the stored one had said nothing, was given to all who waited for it. */
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

test.each([
  { joins: 'de', runCount: 3 },
  { joins: 'en', runCount: 2 },
])('one that asks in $joins', async ({ joins, runCount }) => {
  const gate = Promise.withResolvers<void>()
  const { ask, middleware, runs } = await servedApp(async (req, res) => {
    const language = req.get('accept-language')
    res.set({ 'Cache-Control': 'no-cache', ETag: `"${language}"` })
    if (runs() > 1) res.set('Vary', 'Accept-Language')
    if (runs() === 2) await gate.promise
    if (req.get('if-none-match') === `"${language}"`) res.status(304).end()
    else res.send(`text in ${language}`)
  })
  const askIn = async (language: string) => (await ask('/a', { headers: { 'accept-language': language } })).body
  await askIn('en')
  await expect.poll(() => middleware.stats().stored).toBe(1)
  const leader = askIn('en')
  await expect.poll(runs).toBe(2)
  const follower = askIn(joins)
  await expect.poll(() => middleware.stats().requests).toBe(3)
  gate.resolve()
  expect([await leader, await follower]).toEqual(['text in en', `text in ${joins}`])
  expect(runs()).toBe(runCount)
})
