/**
 * Regression: a listener of removals that wrote an entry, while so many sets had gathered that some were carried out at once, put its own text into
 * the memory of the set that had just been asked for: that one was told it is stored, and was found torn.
 */
import { expect, onTestFinished, test, vi } from 'vitest'
import { newDirectory, openCache } from '../stores.ts'

const OLD_COUNT = 300
/** More than gather before some are carried out. */
const NEW_COUNT = 200

test('each text is stored as it is, whatever listeners write meanwhile', async () => {
  const cache = openCache(newDirectory(), { maxEntries: OLD_COUNT })
  for (let at = 0; at < OLD_COUNT; at++) await cache.set(`old ${at}`, 'x')
  let toldCount = 0
  cache.on('removal', ({ key }) => {
    if (!key.startsWith('old')) return
    toldCount++
    void cache.set('log', `${key} has gone `.repeat(50))
  })
  // So slow a disk that not all that have gathered are carried out at once.
  let tickMs = performance.now()
  const ticks = vi.spyOn(performance, 'now').mockImplementation(() => tickMs++)
  onTestFinished(() => ticks.mockRestore())
  const texts = Array.from({ length: NEW_COUNT }, (_, at) => `${at}`.padEnd(1_000, '-'))
  const outcomes = await Promise.all(texts.map((text, at) => cache.set(`new ${at}`, text)))
  expect(outcomes).toEqual(texts.map(() => ({ outcome: 'stored' })))
  expect(toldCount).toBeGreaterThan(0)
  for (const [at, text] of texts.entries()) expect(await cache.get(`new ${at}`)).toBe(text)
})
