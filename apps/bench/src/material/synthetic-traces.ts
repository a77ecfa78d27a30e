/** Traces made from seeds: popularity that stays, that drifts, and that scans run across. The same each time. */
import { randomFrom } from './draws.ts'
import { zipf } from './zipf.ts'

const REQUEST_COUNT = 500_000

export const syntheticTraces: Readonly<Record<string, () => readonly number[]>> = {
  'syn-zipf': () => Array.from({ length: REQUEST_COUNT }, zipf(100_000, 0.9, randomFrom(1))),
  'syn-drift': drifting,
  'syn-scan': scanned,
}

/** What is popular moves on by a key every fifty requests; three in ten repeat one of the last two hundred. */
function drifting(): readonly number[] {
  const random = randomFrom(2)
  const rank = zipf(50_000, 1, random)
  const trace: number[] = []
  for (let at = 0; at < REQUEST_COUNT; at++) {
    const isRepeat = at > 200 && random() < 0.3
    const repeated = isRepeat ? trace[at - 1 - Math.floor(random() * 200)] : undefined
    trace.push(repeated ?? (rank() + Math.floor(at / 50)) % 100_000)
  }
  return trace
}

/** A crawler or a backup reads 40,000 keys once after every 60,000 requests. */
function scanned(): readonly number[] {
  const rank = zipf(60_000, 0.9, randomFrom(3))
  const trace: number[] = []
  let fresh = 1_000_000
  while (trace.length < REQUEST_COUNT) {
    for (let at = 0; at < 60_000; at++) trace.push(rank())
    for (let at = 0; at < 40_000; at++) {
      trace.push(fresh++)
      if (at % 4 === 0) trace.push(rank())
    }
  }
  return trace
}
