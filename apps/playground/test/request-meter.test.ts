/** The meter behind the live figures: every open page asks it, so asking must stay cheap and still be right. */
import { expect, test } from 'vitest'
import { createRequestMeter } from '../src/server/meters/request-meter.ts'

test('few requests are seen at once, many within half a second, all of them counted', () => {
  let nowMs = 0
  const meter = createRequestMeter(() => nowMs)
  meter.note(3)
  expect(meter.figures()).toEqual({ requestCount: 1, requestsPerMinute: 1, p50Ms: 3, p99Ms: 3 })
  for (let each = 0; each < 999; each += 1) meter.note(5)
  nowMs = 1_000
  expect(meter.figures()).toEqual({ requestCount: 1_000, requestsPerMinute: 1_000, p50Ms: 5, p99Ms: 5 })
  for (let each = 0; each < 9_000; each += 1) meter.note(80)
  expect(meter.figures()).toEqual({ requestCount: 10_000, requestsPerMinute: 1_000, p50Ms: 5, p99Ms: 5 })
  nowMs = 1_501
  expect(meter.figures()).toEqual({ requestCount: 10_000, requestsPerMinute: 10_000, p50Ms: 80, p99Ms: 80 })
  nowMs = 61_001
  expect(meter.figures()).toEqual({ requestCount: 10_000, requestsPerMinute: 0, p50Ms: undefined, p99Ms: undefined })
})
