/** Numbers of writes rise where it matters, whatever the clock does, and cost no page of the log. */
import { statSync } from 'node:fs'
import { beforeEach, expect, test, vi } from 'vitest'
import { writeNumber } from '../src/write-numbers.ts'
import { held, keysOf, NOW_MS, put } from './entries.ts'
import { alter } from './inspection.ts'
import { ledgerOf } from './ledgers.ts'
import { openStore } from './stores.ts'

const clock = { nowMs: 0 }

beforeEach(() => {
  clock.nowMs += Date.now()
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => clock.nowMs)
  return () => {
    spy.mockRestore()
    clock.nowMs = 0
  }
})

test('a number is above the one before, the one it replaces, and all that was cleared; the bound is never below it', () => {
  const ledger = ledgerOf({ cleared: clock.nowMs * 1_000 + 5_000_000 })
  const afterClear = writeNumber(ledger, 0)
  expect(afterClear).toBeGreaterThan(ledger.cleared)
  clock.nowMs -= 3_600_000
  const later = writeNumber(ledger, 0)
  expect(later).toBeGreaterThan(afterClear)
  expect(writeNumber(ledger, later + 7_000_000)).toBeGreaterThan(later + 7_000_000)
  expect(ledger.tick).toBeGreaterThanOrEqual(later + 7_000_001)
})

test('the bound moves once for many writes of one moment', () => {
  const ledger = ledgerOf({})
  const bounds = new Set(Array.from({ length: 1_000 }, () => writeNumber(ledger, 0) && ledger.tick))
  expect(bounds.size).toBe(1)
})

test('a lone write over an entry of about its size logs one page', async () => {
  const { backend, path } = openStore()
  for (const value of ['first', 'other']) await put(backend, 'key', value)
  const before = statSync(`${path}-wal`).size
  await put(backend, 'key', 'third one')
  expect(statSync(`${path}-wal`).size - before).toBe(4_096 + 24)
})

test('what was written by a process whose clock is ahead is cleared, and what is written after it is served', async () => {
  const { backend, path } = openStore()
  await put(backend, 'early', 1)
  const ahead = (clock.nowMs + 3_600_000) * 1_000
  alter(path, `UPDATE stowage_meta_v1 SET tick = ${ahead}; UPDATE stowage_entry_v1 SET written = ${ahead}`)
  await backend.invalidate({ all: true }, NOW_MS)
  expect(await held(backend, 'early')).toMatch(/^miss/)
  await put(backend, 'late', 2)
  expect(await keysOf(backend)).toEqual(['late'])
  expect(await held(backend, 'late')).toBe(2)
})

test('uses reach the file with a bound that is not below them', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 1)
  clock.nowMs += 86_400_000
  expect(await held(backend, 'key')).toBe(1)
  await backend.sweep(NOW_MS)
  const steps = await Array.fromAsync(backend.check(false, NOW_MS))
  expect(
    steps.reduce((sum, { wrong }) => sum + wrong, 0),
    path,
  ).toBe(0)
})
