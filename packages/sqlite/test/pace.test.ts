/** Whoever asks for much in a row lets the event loop turn: what is answered at once must not keep others from their turn. */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { held, put } from './entries.ts'
import { openStore } from './stores.ts'

test('gets that are awaited one after the other let the event loop turn', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 'value')
  let turnCount = 0
  const turning = turn().then(() => turnCount++)
  for (let at = 0; at < 1_000_000 && turnCount === 0; at++) expect(await held(backend, 'key')).toBe('value')
  expect(turnCount).toBe(1)
  await turning
})

test('many gets at once are answered in several turns, each with what is there', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 'x'.repeat(100_000))
  const turns: number[] = []
  let turnCount = 0
  let isOver = false
  const turning = (async () => {
    for (; !isOver; turnCount++) await turn()
  })()
  await Promise.all(
    Array.from({ length: 2_000 }, async () => {
      expect(await held(backend, 'key')).toHaveLength(100_000)
      turns.push(turnCount)
    }),
  )
  isOver = true
  await turning
  expect(new Set(turns).size).toBeGreaterThan(1)
})
