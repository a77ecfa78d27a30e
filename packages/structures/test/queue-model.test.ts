/** Whatever is pushed, pulled, answered and waited for in whatever order: a queue does what a sorted list does, on every backend. */
import type { Backend } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createQueue, type Job } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

const VISIBILITY_MS = 1_000
const MAX_TRIES = 3
const MAX_LENGTH = 8

interface ModelJob {
  readonly value: number
  readonly id: string | undefined
  readonly priority: number
  readonly place: number
  tries: number
  /** From when on it is ready. */
  atMs: number
  state: 'live' | 'dead' | 'gone'
  /** Who may still answer for it. */
  holder: number | undefined
}

/** The specification: a list. */
class Model {
  jobs: ModelJob[] = []
  #places = 0
  #holders = 0

  get live(): ModelJob[] {
    return this.jobs.filter(({ state }) => state === 'live')
  }

  push(value: number, id: string | undefined, priority: number, atMs: number): string {
    if (id !== undefined && this.jobs.some((job) => job.id === id && job.state !== 'gone')) return 'duplicate'
    if (this.live.length >= MAX_LENGTH) return 'refused'
    const place = this.#places++
    this.jobs.push({ value, id, priority, place, tries: 0, atMs, state: 'live', holder: undefined })
    return 'pushed'
  }

  pull(limit: number, nowMs: number): ModelJob[] {
    for (;;) {
      const ready = this.ready(nowMs).slice(0, limit)
      const pulled = ready.filter((job) => {
        if (job.tries >= MAX_TRIES) {
          job.state = 'dead'
          job.holder = undefined
          return false
        }
        job.tries++
        job.holder = ++this.#holders
        job.atMs = nowMs + VISIBILITY_MS
        return true
      })
      if (pulled.length > 0 || ready.length === 0) return pulled
    }
  }

  ready(nowMs: number): ModelJob[] {
    return this.live
      .filter(({ atMs }) => atMs <= nowMs)
      .sort((one, other) => other.priority - one.priority || one.place - other.place)
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      id: fc.option(fc.constantFrom('a', 'b')),
      priority: fc.integer({ min: -1, max: 1 }),
      delayMs: fc.constantFrom(0, 0, 500),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pull' as const), limit: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('ack' as const, 'nack' as const, 'extend' as const, 'release' as const),
      which: fc.nat(5),
      delayMs: fc.constantFrom(0, 300),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(1, 300, 999, 1_000) }) },
)

describeBackends((kind) => {
  let store: TestStore
  let backend: Backend
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  test('does what the list does', { timeout: 120_000 }, async () => {
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const clock = createFakeClock()
        const options = { clock, visibility: VISIBILITY_MS, maxTries: MAX_TRIES, maxLength: MAX_LENGTH }
        const queue = createQueue<number>(backend, `model-${round++}`, options)
        const model = new Model()
        const pulled: { readonly job: Job<number>; readonly model: ModelJob; readonly holder: number | undefined }[] =
          []
        for (const [number, each] of steps.entries()) {
          const nowMs = clock.nowMs()
          if (each.do === 'push') {
            const { id, priority, delayMs } = each
            const expected = model.push(number, id ?? undefined, priority, nowMs + delayMs)
            const given = { priority, ...(id === null ? {} : { id }), ...(delayMs === 0 ? {} : { delay: delayMs }) }
            expect((await queue.push(number, given)).outcome).toBe(expected)
          } else if (each.do === 'pull') {
            const expected = model.pull(each.limit, nowMs)
            const jobs = await queue.pullMany(each.limit)
            expect(jobs.map(({ value, tries, priority }) => [value, tries, priority])).toEqual(
              expected.map(({ value, tries, priority }) => [value, tries, priority]),
            )
            for (const [at, job] of jobs.entries()) {
              const modelJob = expected[at]
              if (modelJob !== undefined) pulled.push({ job, model: modelJob, holder: modelJob.holder })
            }
          } else if (each.do === 'pass') {
            clock.advanceMs(each.ms)
          } else {
            const found = pulled[each.which % Math.max(1, pulled.length)]
            if (found === undefined) continue
            const { job, model: modelJob, holder } = found
            const isOurs = modelJob.state === 'live' && modelJob.holder === holder
            // Whether it is still this caller's after its time depends on whether somebody has looked since.
            if (isOurs && modelJob.atMs <= nowMs) continue
            const delay = each.delayMs === 0 ? {} : { delay: each.delayMs }
            const answer = each.do === 'nack' ? await job.nack(delay) : await job[each.do]()
            expect(answer).toBe(isOurs)
            if (!isOurs) continue
            if (each.do === 'ack') modelJob.state = 'gone'
            else if (each.do === 'extend') modelJob.atMs = nowMs + VISIBILITY_MS
            else if (each.do === 'release') {
              modelJob.tries--
              modelJob.atMs = nowMs
            } else if (modelJob.tries >= MAX_TRIES) modelJob.state = 'dead'
            else modelJob.atMs = nowMs + each.delayMs
            if (each.do !== 'extend') modelJob.holder = undefined
          }
          expect(await queue.size()).toBe(model.live.length)
          const ready = model.ready(clock.nowMs())
          expect(await queue.stats()).toMatchObject({ ready: ready.length, waiting: model.live.length - ready.length })
          expect((await queue.peek(3)).map(({ value }) => value)).toEqual(ready.slice(0, 3).map(({ value }) => value))
        }
        const dead = model.jobs.filter(({ state }) => state === 'dead').length
        const inOrder = { torn: 0, misplaced: 0, unpaired: 0, wrong: 0 }
        expect(await queue.check()).toMatchObject({ ...inOrder, jobs: model.live.length, dead })
      }),
      { numRuns: 60 },
    )
  })
})
