/** More leases than can be live at once: those beyond are given, and what they load is not stored. */
import { expect, test } from 'vitest'
import { holds } from '../src/entry-steps.ts'
import type { Turn } from '../src/holding.ts'
import { takeLease } from '../src/leasing.ts'
import { Marks } from '../src/marks.ts'

const MAX_LEASES = 65_536
const LENGTH_MS = 1_000

function begun() {
  const marks = new Marks()
  const turn = { marks, emit: marks.apply.bind(marks) } as unknown as Turn
  const take = (key: string, nowMs: number) => {
    const lease = takeLease(turn, { key, mode: 'fence', lengthMs: LENGTH_MS, nowMs })
    return lease !== undefined && holds(turn, lease, key, [], nowMs)
  }
  return { marks, turn, take }
}

test('those that have ended make way, others do not', () => {
  const { marks, take } = begun()
  for (let at = 0; at < MAX_LEASES; at++) take(`${at}`, at < 10 ? 0 : 500)
  expect(marks.leases.count).toBe(MAX_LEASES)
  expect(take('beyond', 500)).toBe(false)
  expect(marks.leases.count).toBe(MAX_LEASES)
  expect(take('later', LENGTH_MS)).toBe(true)
  expect(marks.leases.count).toBe(MAX_LEASES - 9)
})

test('those that are voided, given back or cleared make way', () => {
  const { marks, turn, take } = begun()
  for (let at = 0; at < 10; at++) take(`${at % 5}`, 0)
  turn.emit({ k: 'void', key: '0' })
  expect(marks.leases.count).toBe(8)
  const given = takeLease(turn, { key: '0', mode: 'fence', lengthMs: LENGTH_MS, nowMs: 0 })
  for (let times = 0; times < 2; times++) turn.emit({ k: 'drop', key: '0', token: given?.token ?? '' })
  expect(marks.leases.count).toBe(8)
  turn.emit({ k: 'all' })
  expect(marks.leases.count).toBe(0)
})
