/** Whoever asks for much in a row lets the event loop turn: what is answered at once must not keep others from their turn. */
import { setImmediate as turn } from 'node:timers/promises'
import { TURN_MS } from '@stowage/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { held, keysOf, NOW_MS, put } from './entries.ts'
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

/** Takes its time, as callers do. */
function work(lengthMs: number): void {
  for (const untilMs = performance.now() + lengthMs; performance.now() < untilMs; );
}

test('what callers do with the answers counts for the turn', async () => {
  const { backend } = openStore()
  await put(backend, 'key', 'value')
  const turns = new Map<number, number>()
  let turnCount = 0
  let isOver = false
  const turning = (async () => {
    for (; !isOver; turnCount++) await turn()
  })()
  // Uses the turn up: how many were answered at once before would depend on the machine.
  await held(backend, 'key')
  work(TURN_MS + 1)
  await Promise.all(
    Array.from({ length: 2_000 }, async () => {
      await held(backend, 'key')
      work(0.2)
      turns.set(turnCount, (turns.get(turnCount) ?? 0) + 1)
    }),
  )
  isOver = true
  await turning
  expect(turns.size).toBeGreaterThan(40)
})

test('usage that is asked for in a row lets the event loop turn', async () => {
  const { backend } = openStore()
  let turnCount = 0
  const turning = turn().then(() => turnCount++)
  for (let at = 0; at < 1_000_000 && turnCount === 0; at++) await backend.usage(NOW_MS)
  expect(turnCount).toBe(1)
  await turning
})

test('a listing whose pages take long takes fewer entries at once, and lets the event loop turn between them', async () => {
  const { backend } = openStore()
  const ENTRY_COUNT = 200
  for (let at = 0; at < ENTRY_COUNT; at++) await put(backend, `key ${at}`, at)
  // Whatever is measured has taken 3 ms.
  let nowMs = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 3))
  onTestFinished(() => clock.mockRestore())
  let turnCount = 0
  let isOver = false
  const turning = (async () => {
    for (; !isOver; turnCount++) await turn()
  })()
  expect(await keysOf(backend)).toHaveLength(ENTRY_COUNT)
  isOver = true
  await turning
  expect(turnCount).toBeGreaterThan(ENTRY_COUNT / 2)
})
