/** Regression: the deletion of any entry of the cache, also by the middleware itself, closed all responses on their way to those who asked next: each had the handler run. */
import { createCache, type Key, keyText } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import type { Response } from 'express'
import { expect, test, vi } from 'vitest'
import { Flights } from '../../src/flights.ts'
import { placeText, variantKey } from '../../src/request-key.ts'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

/** Two who ask for one page; before the second does, an entry is deleted. */
async function answersAround(keyOf: (own: Key) => Key) {
  const going: Response[] = []
  const { cache, port } = await servedApp((_req, res) => {
    going.push(res)
    res.set('Cache-Control', 'max-age=60').write(`run ${going.length}`)
  })
  const stored = opened(port, '/a')
  await vi.waitFor(() => expect(going).toHaveLength(1))
  going[0]?.end()
  await (await stored).whole
  const [own = ''] = await Array.fromAsync(cache.keys())
  await cache.delete(own)
  const first = await opened(port, '/a')
  await cache.delete(keyOf(own))
  const second = await opened(port, '/a')
  for (const res of going) res.end()
  return [await first.whole, await second.whole]
}

test('who asks after the deletion of something else shares the response on its way', async () => {
  expect(await answersAround(() => 'something else')).toEqual(['run 2', 'run 2'])
})

test('who asks after its deletion has the handler run', async () => {
  expect(await answersAround((own) => own)).toEqual(['run 2', 'run 3'])
})

test.each([
  ['http /a', 'http /a', false],
  ['http /a', 'http /b', true],
  ['http /a', variantKey('http /a', 'x'), false],
  ['http /a', variantKey('http /b', 'x'), true],
  [['http', '[a'], ['http', '[a'], false],
  [['http', '[a'], variantKey(['http', '[a'], 'x'), false],
  [['http', '[a'], ['http', '[b'], true],
])('in a namespace it is the same (%o, %o)', async (key, deleted, isOpen) => {
  const flights = new Flights(10_000, createFakeClock())
  const flight = flights.begin('key', 100)
  flight.placeText = placeText(key)
  const cache = createCache({ backend: memoryBackend({ maxEntries: 10 }), ttl: '1m' })
  cache.on('delete', ({ key: storageKey }) => flights.closeAt(storageKey))
  await cache.namespace('site').namespace('[=/').delete(deleted)
  expect(flight.isOpen).toBe(isOpen)
  await cache.close()
})

test('a key of the greatest length that is a text has a place, though it would be too long as parts', () => {
  const longest = 'x'.repeat(16_384)
  expect(placeText(longest)).toBe(placeText([longest]))
  expect(() => keyText([longest])).toThrow('too long')
})
