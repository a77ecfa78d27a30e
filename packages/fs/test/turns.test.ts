/** Whoever reads much in a row lets the event loop turn: what is answered at once must not keep others from their turn. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Backend } from '@stowage/core'
import { expect, test } from 'vitest'
import { entryOf, openBare } from './bare-backend.ts'

const NOW_MS = Date.now()
const BODY = Buffer.alloc(2_000)

async function opened(): Promise<Backend> {
  const { backend } = openBare()
  await backend.set('key', entryOf('key', BODY, NOW_MS), NOW_MS, undefined)
  return backend
}

async function isHit(backend: Backend): Promise<boolean> {
  return typeof (await backend.get('key', NOW_MS)) !== 'string'
}

test('gets that are awaited one after the other let the event loop turn', async () => {
  const backend = await opened()
  let turnCount = 0
  const turning = turn().then(() => turnCount++)
  for (let at = 0; at < 1_000_000 && turnCount === 0; at++) expect(await isHit(backend)).toBe(true)
  expect(turnCount).toBe(1)
  await turning
})

test('many gets at once are answered in several turns, also behind a write', async () => {
  const backend = await opened()
  const turns = new Set<number>()
  let turnCount = 0
  let isOver = false
  const turning = (async () => {
    for (; !isOver; turnCount++) await turn()
  })()
  // The second gathers, and gets of its key wait for it.
  const writing = ['other', 'key'].map(async (key) => backend.set(key, entryOf(key, BODY, NOW_MS), NOW_MS, undefined))
  await Promise.all(
    Array.from({ length: 5_000 }, async () => {
      expect(await isHit(backend)).toBe(true)
      turns.add(turnCount)
    }),
  )
  isOver = true
  await Promise.all([turning, ...writing])
  expect(turns.size).toBeGreaterThan(2)
})
