/** The counters of a file: what of them depends on a clock. */
import { expect, test } from 'vitest'
import { isPinned, pin } from '../src/ledger.ts'
import { ledgerOf } from './ledgers.ts'

test('a pin is put off by one that lasts longer, and not cut short by another backup', () => {
  const ledger = ledgerOf()
  const nowMs = Date.now()
  pin(ledger, nowMs + 20_000)
  expect(isPinned(ledger)).toBe(true)
  pin(ledger, nowMs + 10_000)
  expect(ledger.pinnedUntilMs).toBe(nowMs + 20_000)
  pin(ledger, nowMs + 30_000)
  expect(ledger.pinnedUntilMs).toBe(nowMs + 30_000)
})
