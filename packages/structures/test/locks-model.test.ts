/** Whoever asks, waits, gives up, gives back or dies in whatever order: a semaphore does what lists of seats do, and a barrier likewise. */
import type { Backend, Spaces } from '@stowage/core'
import { createFakeClock, type FakeClock } from '@stowage/core/testing'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { barrier, createLock, createSemaphore, type Permit, type Semaphore } from '../src/index.ts'
import { living, NOBODY, readHolding, type Seat } from '../src/locks/holding.ts'
import { describeBackends, type TestStore } from './backends.ts'
import { Seats, TTL_MS } from './seats.ts'

const MEMBERS = 4
/** All that happens happens at multiples of it. */
const TICK_MS = TTL_MS / 6

/** A process with a clock of its own, which stands still when it has died. */
interface Member {
  readonly clock: FakeClock
  readonly semaphore: Semaphore
  readonly life: { isOver: boolean }
  permit: Permit | undefined
  stop: AbortController | undefined
}

const who = fc.nat(MEMBERS - 1)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('acquire' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('try' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('give up' as const), who }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ticks: fc.constantFrom(1, 2, 5) }) },
)

describeBackends((kind) => {
  let store: TestStore
  let backend: Backend
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  test('a semaphore does what the lists do', { timeout: 60_000 }, async () => {
    let round = 0
    const steps = fc.array(step, { minLength: 4, maxLength: 16 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 2 }), steps, async (permits, wishes) => {
        const model = new Seats(permits)
        const name = `model-${round++}`
        const born = (atMs: number): Member => {
          const clock = createFakeClock(atMs)
          const life = { isOver: false }
          const semaphore = createSemaphore(mortal(backend, life), name, { permits, ttl: TTL_MS, clock })
          return { clock, life, semaphore, permit: undefined, stop: undefined }
        }
        const startMs = createFakeClock().nowMs()
        const members = Array.from({ length: MEMBERS }, () => born(startMs))
        const fences: number[] = []
        const agree = async (): Promise<void> => {
          await vi.waitFor(
            async () => {
              const held = members.flatMap(({ permit }, at) => (permit === undefined ? [] : [at]))
              expect(held).toEqual(model.held.toSorted(byNumber))
              // To the millisecond: who lives has renewed what is his.
              const [record] = (await backend.spaces?.get(`semaphore:${name}`, ['h'])) ?? []
              const now = startMs + model.nowMs
              const { holders, waiting } = record === undefined ? NOBODY : living(readHolding(record.value), now)
              const untilMs = (seats: readonly Seat[]) => seats.map((seat) => seat.untilMs - startMs)
              expect(untilMs(holders).toSorted(byNumber)).toEqual(model.untilMs(model.holders).toSorted(byNumber))
              expect(untilMs(waiting)).toEqual(model.untilMs(model.waiting))
            },
            { timeout: 20_000, interval: 1 },
          )
          // What was answered is taken note of.
          await new Promise(setImmediate)
        }
        const given = (member: Member, permit: Permit): void => {
          member.permit = permit
          fences.push(permit.fence)
        }
        for (const wish of wishes) {
          if (wish.do === 'pass') {
            for (let tick = 0; tick < wish.ticks; tick++) {
              model.pass(TICK_MS)
              for (const member of members) member.clock.advanceMs(TICK_MS)
              await agree()
            }
            continue
          }
          const member = members[wish.who]
          if (member === undefined) continue
          const isIdle = member.permit === undefined && member.stop === undefined
          if (wish.do === 'acquire' && isIdle) {
            const stop = new AbortController()
            member.stop = stop
            model.acquire(wish.who)
            member.semaphore.acquire({ signal: stop.signal }).then(
              (permit) => {
                given(member, permit)
                member.stop = undefined
              },
              () => {
                member.stop = undefined
              },
            )
          } else if (wish.do === 'try' && isIdle) {
            const permit = await member.semaphore.tryAcquire()
            expect(permit !== undefined).toBe(model.tryAcquire(wish.who))
            if (permit !== undefined) given(member, permit)
          } else if (wish.do === 'release' && member.permit !== undefined) {
            model.leave(wish.who)
            expect(await member.permit.release()).toBe(true)
            member.permit = undefined
          } else if (wish.do === 'give up' && member.stop !== undefined) {
            model.leave(wish.who)
            member.stop.abort()
          } else if (wish.do === 'die' && wish.who > 0 && !isIdle) {
            model.die(wish.who)
            member.life.isOver = true
            members[wish.who] = born(startMs + model.nowMs)
          }
          await agree()
        }
        // Whatever has happened: in the end there are as many permits as in the beginning, and each was given with a higher token.
        for (let tick = 0; tick * TICK_MS < TTL_MS; tick++) {
          model.pass(TICK_MS)
          for (const member of members) member.clock.advanceMs(TICK_MS)
          await agree()
        }
        expect(fences).toEqual(fences.toSorted(byNumber))
        for (const { permit, stop } of members) {
          stop?.abort()
          await permit?.release()
        }
      }),
      { numRuns: kind.name === 'memory' ? 60 : 12, endOnFailure: true },
    )
  })

  test('a barrier lets one call through at a time, in their order, and hands on what came of each', async () => {
    let round = 0
    const outcomes = fc.array(fc.boolean(), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(outcomes, async (goesWell) => {
        const begun: { readonly number: number; readonly end: () => void }[] = []
        let [running, endedCount] = [0, 0]
        const name = `barrier-${round++}`
        const work = barrier(backend, name, async (_permit, number: number) => {
          expect(++running).toBe(1)
          await new Promise<void>((end) => begun.push({ number, end }))
          running--
          if (goesWell[number] === true) return number
          throw new Error(`call ${number}`)
        })
        const settled: PromiseSettledResult<number>[] = []
        const line = createLock(backend, name)
        const calls: Promise<unknown>[] = []
        for (const number of goesWell.keys()) {
          calls.push(Promise.allSettled([work(number)]).then(([result]) => settled.push(result)))
          // The next is made when this one is in the line.
          await vi.waitFor(
            async () => {
              const { holders, waiting } = await line.stats()
              expect(holders + waiting).toBe(number + 1)
            },
            { interval: 1, timeout: 20_000 },
          )
        }
        for (const _ of goesWell) {
          await vi.waitFor(() => expect(begun.length).toBe(endedCount + 1), { interval: 1, timeout: 20_000 })
          begun[endedCount++]?.end()
        }
        await Promise.all(calls)
        expect(begun.map(({ number }) => number)).toEqual([...goesWell.keys()])
        expect(settled.map(({ status }) => status === 'fulfilled')).toEqual(goesWell)
      }),
      { numRuns: 8 },
    )
  })
})

function byNumber(one: number, other: number): number {
  return one - other
}

/** The same spaces, which somebody who has died asks nothing of, and hears nothing from. */
function mortal(backend: Backend, life: { readonly isOver: boolean }): Backend {
  const { spaces } = backend
  if (spaces === undefined) throw new Error('it has spaces')
  const alive = <T>(answer: () => T): T | Promise<never> => (life.isOver ? new Promise(() => undefined) : answer())
  const own: Spaces = {
    get: (...call) => alive(() => spaces.get(...call)),
    scan: (...call) => alive(() => spaces.scan(...call)),
    count: (...call) => alive(() => spaces.count(...call)),
    commit: (...call) => alive(() => spaces.commit(...call)),
    watch: (space, listener) => spaces.watch(space, () => life.isOver || listener()),
    names: () => alive(() => spaces.names()),
    drop: (...call) => alive(() => spaces.drop(...call)),
  }
  return new Proxy(backend, { get: (target, name): unknown => (name === 'spaces' ? own : Reflect.get(target, name)) })
}
