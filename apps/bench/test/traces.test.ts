/** Traces are what they are said to be, and the made ones the same each time. */
import { expect, test } from 'vitest'
import { traceNames, traceOf } from '../src/material/traces.ts'

test.each([
  ['web-shop12', 95_607, 13_756],
  ['kv-corda', 135_702, 90_468],
  ['loop-pure', 505_500, 1_011],
  ['syn-zipf', 500_000, 75_368],
  ['syn-drift', 500_000, 42_104],
  ['syn-scan', 550_000, 247_974],
])('%s: %i requests for %i keys', (name, requestCount, keyCount) => {
  const trace = traceOf(name)
  expect([trace.length, new Set(trace).size]).toEqual([requestCount, keyCount])
  expect(traceNames).toContain(name)
})
