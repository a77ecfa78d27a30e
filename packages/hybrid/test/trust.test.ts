/** What is noted of near copies is bounded: the oldest note goes, and with it the comparison that costs no body. */
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { Trust } from '../src/trust.ts'

const facts = {
  ...{ storedAtMs: 0, staleAtMs: 1, errorOnlyAtMs: 1, expireAtMs: 1 },
  ...{ tags: [], version: undefined, fingerprint: undefined, slidingMs: undefined },
}

test('of 100,001 copies the first is asked for anew after a gap, the others are compared', () => {
  const trust = new Trust({ clock: createFakeClock(), longestStayMs: 1_000, gapStayMs: 1_000 })
  for (let at = 0; at <= 100_000; at++) trust.copied(`key ${at}`, { identity: at, facts }, trust.epoch)
  expect(trust.originalOf('key 0')).toBeUndefined()
  expect(trust.originalOf('key 1')).toEqual({ identity: 1, facts })
})
