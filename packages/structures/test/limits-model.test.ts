/** Tokens, numbers and means against what a bucket, a number and a list come to, whoever asks in whatever order. */
import type { Backend } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAverager, createCounter, throttle } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

const INTERVAL_MS = 100
const BURST = 3

/** The specification: a bucket that fills with time. Who waits has taken his token already, and it is owed. */
class Bucket {
  nowMs = 0
  /** In ms, of which each token takes {@link INTERVAL_MS}. */
  creditMs = BURST * INTERVAL_MS
  bookedCount = 0

  pass(ms: number): void {
    this.nowMs += ms
    this.creditMs = Math.min(BURST * INTERVAL_MS, this.creditMs + ms)
  }

  tryTake(): boolean {
    if (this.creditMs < INTERVAL_MS) return false
    this.book()
    return true
  }

  /** @returns when it may pass, and which booking it is */
  book(): { readonly dueAtMs: number; readonly number: number } {
    this.creditMs -= INTERVAL_MS
    return { dueAtMs: this.nowMs + Math.max(0, -this.creditMs), number: ++this.bookedCount }
  }

  /** Where somebody has booked after it, it is gone. */
  giveBack(number: number): void {
    if (number === this.bookedCount) this.creditMs += INTERVAL_MS
    // Nobody gives back what is behind it any more: his was not the last.
    if (number === this.bookedCount) this.bookedCount++
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('try' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('acquire' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give up' as const), which: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 50, 99, 100, 250) }) },
)

describeBackends((kind) => {
  let store: TestStore
  let backend: Backend
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())
  const numRuns = kind.name === 'memory' ? 80 : 20

  test('a throttle does what the bucket does', { timeout: 60_000 }, async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 25 }), async (steps) => {
        const clock = createFakeClock()
        const options = { limit: 1_000 / INTERVAL_MS, per: 1_000, burst: BURST, clock }
        const limit = throttle(backend, `model-${round++}`, options)
        const bucket = new Bucket()
        const waiting = new Map<
          number,
          { readonly dueAtMs: number; readonly stop: AbortController; hasPassed: boolean }
        >()
        for (const each of steps) {
          if (each.do === 'try') expect(await limit.tryAcquire()).toBe(bucket.tryTake())
          else if (each.do === 'pass') {
            bucket.pass(each.ms)
            clock.advanceMs(each.ms)
          } else if (each.do === 'acquire') {
            const { dueAtMs, number } = bucket.book()
            const one = { dueAtMs, stop: new AbortController(), hasPassed: false }
            waiting.set(number, one)
            const before = (await limit.stats()).waitMs
            void limit.acquire({ signal: one.stop.signal }).then(
              () => {
                one.hasPassed = true
              },
              () => undefined,
            )
            expect(before).toBe(dueAtMs - bucket.nowMs)
            // Booked before anything else happens.
            await vi.waitFor(
              async () => {
                const { tokens, waitMs } = await limit.stats()
                expect(tokens * INTERVAL_MS <= Math.max(0, bucket.creditMs) && waitMs).toBe(
                  Math.max(0, INTERVAL_MS - bucket.creditMs),
                )
              },
              { interval: 1, timeout: 20_000 },
            )
          } else {
            const [number, one] = [...waiting].filter(([, { hasPassed }]) => !hasPassed)[each.which] ?? []
            if (number === undefined || one === undefined || one.dueAtMs <= bucket.nowMs) continue
            bucket.giveBack(number)
            waiting.delete(number)
            one.stop.abort()
          }
          await vi.waitFor(
            async () => {
              for (const { dueAtMs, hasPassed } of waiting.values()) expect(hasPassed).toBe(dueAtMs <= bucket.nowMs)
              const tokens = Math.max(0, Math.floor(bucket.creditMs / INTERVAL_MS))
              const waitMs = Math.max(0, INTERVAL_MS - bucket.creditMs)
              expect(await limit.stats()).toEqual({ tokens, waitMs })
            },
            { interval: 1, timeout: 20_000 },
          )
        }
        for (const { stop } of waiting.values()) stop.abort()
      }),
      { numRuns, endOnFailure: true },
    )
  })

  test('a counter comes to the sum of what was added since it was set, and each value is in one average', async () => {
    const values = fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 6 })
    const steps = fc.array(fc.record({ set: fc.option(fc.integer({ min: -9, max: 9 })), adds: values }), {
      maxLength: 6,
    })
    let round = 0
    await fc.assert(
      fc.asyncProperty(steps, async (rounds) => {
        const name = `sums-${round++}`
        const [here, there] = [createCounter(backend, name), createCounter(backend, name)]
        const [mean, otherMean] = [createAverager(backend, name), createAverager(backend, name)]
        let sum = 0
        const all = rounds.flatMap(({ adds }) => adds)
        const taken = { total: 0, count: 0 }
        const take = async (): Promise<void> => {
          const { total, count } = await otherMean.take()
          taken.total += total
          taken.count += count
        }
        for (const { set, adds } of rounds) {
          if (set !== null) {
            await there.set(set)
            sum = set
          }
          const before = sum
          sum += adds.reduce((total, value) => total + value, 0)
          // At once, by two, and the averages are taken meanwhile.
          const [results] = await Promise.all([
            Promise.all(adds.map((value, at) => (at % 2 === 0 ? here : there).add(value))),
            Promise.all(adds.map((value) => mean.add(value))),
            take(),
          ])
          expect(await there.get()).toBe(sum)
          if (results.length > 0) expect(results).toContain(sum)
          expect(results.every((result) => Math.abs(result - before) <= 9 * adds.length)).toBe(true)
        }
        await take()
        expect(taken).toEqual({ total: all.reduce((total, value) => total + value, 0), count: all.length })
      }),
      { numRuns, endOnFailure: true },
    )
  })
})
