/** Text from the pool is as long as asked for, and never given out twice, also where the pool is filled anew. */
import { expect, test } from 'vitest'
import { randomText } from '../src/random-text.ts'

test('each text holds as many bytes as asked for, in the alphabet asked for', () => {
  expect(randomText(12, 'hex')).toMatch(/^[0-9a-f]{24}$/)
  expect(randomText(16, 'base64url')).toMatch(/^[\w-]{22}$/)
  expect(randomText(4_096, 'hex')).toHaveLength(8_192)
})

test('no text comes twice, however often the pool has been used up, and none is the empty pool', () => {
  const texts = Array.from({ length: 5_000 }, (_, nth) => randomText(nth % 2 === 0 ? 16 : 12, 'hex'))
  expect(new Set(texts).size).toBe(texts.length)
  expect(texts.filter((text) => /^0+$/.test(text))).toEqual([])
  // No part of one is in another: all of them, cut into eights, differ.
  const parts = texts.flatMap((text) => text.match(/.{8}/g) ?? [])
  expect(parts.length - new Set(parts).size).toBeLessThan(5)
})
