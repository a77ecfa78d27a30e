/** What locks and semaphores promise, on every backend that can keep one. The clock is moved by hand. */
import { setImmediate as turn } from 'node:timers/promises'
import { type Backend, type Clock, MAX_TIMER_MS, type Spaces } from '@stowage/core'
import { createFakeClock, type FakeClock } from '@stowage/core/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { barrier, createLock, createSemaphore, type Permit } from '../src/index.ts'
import { describeBackends, type TestStore } from './backends.ts'

describeBackends((kind) => {
  let store: TestStore
  let backend: Backend
  let clock: FakeClock
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
    clock = createFakeClock()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  /** Until so many wait, as everybody sees. */
  const waitingAre = (lock: { stats(): Promise<{ readonly waiting: number }> }, count: number) =>
    expect.poll(async () => (await lock.stats()).waiting, { interval: 1, timeout: 10_000 }).toBe(count)

  test('one holds it at a time, with a fencing token above all before', async () => {
    const lock = createLock(backend, 'l', { clock })
    const other = createLock(store.open(), 'l', { clock })
    const first = await lock.acquire()
    expect(await other.tryAcquire()).toBeUndefined()
    expect(await lock.tryAcquire()).toBeUndefined()
    expect(await first.release()).toBe(true)
    const second = await other.tryAcquire()
    expect(second?.fence).toBeGreaterThan(first.fence)
    // A second release is the first one.
    expect(await first.release()).toBe(true)
    expect(await lock.tryAcquire()).toBeUndefined()
    expect(await lock.stats()).toEqual({ holders: 1, waiting: 0 })
    await second?.release()
  })

  test('a ttl longer than a timer takes is over no sooner', async () => {
    const short: Clock = {
      nowMs: () => clock.nowMs(),
      schedule: (delayMs, run) => clock.schedule(Math.min(delayMs, MAX_TIMER_MS), run),
    }
    const lock = createLock(backend, 'l', { clock: short, ttl: '12w' })
    await using permit = await lock.acquire()
    clock.advanceMs(MAX_TIMER_MS)
    expect([permit.isHeld, permit.signal.aborted]).toEqual([true, false])
    clock.advanceMs(12 * 7 * 86_400_000)
    expect([permit.signal.aborted, permit.isHeld]).toEqual([true, false])
  })

  test('those who wait get it in the order in which they came', async () => {
    const lock = createLock(backend, 'l', { clock })
    const first = await lock.acquire()
    const order: number[] = []
    const all: Promise<void>[] = []
    for (let number = 0; number < 5; number++) {
      const each = createLock(store.open(), 'l', { clock })
      all.push(each.run(() => void order.push(number)))
      await waitingAre(lock, number + 1)
    }
    expect(await lock.tryAcquire(), 'nobody overtakes').toBeUndefined()
    await first.release()
    const stop = keepMoving(clock)
    await Promise.all(all)
    stop()
    expect(order).toEqual([0, 1, 2, 3, 4])
    expect(await lock.stats()).toEqual({ holders: 0, waiting: 0 })
  })

  test('as many hold a semaphore as it has permits', async () => {
    const semaphore = createSemaphore(backend, 's', { permits: 3, clock })
    const permits = [await semaphore.acquire(), await semaphore.acquire(), await semaphore.acquire()]
    expect(await semaphore.tryAcquire()).toBeUndefined()
    await permits[1]?.release()
    const again = await semaphore.tryAcquire()
    expect(again?.isHeld).toBe(true)
    expect(await semaphore.tryAcquire()).toBeUndefined()
  })

  test('a permit is renewed for as long as it is held', async () => {
    const lock = createLock(backend, 'l', { clock, ttl: '9s' })
    const permit = await lock.acquire()
    for (let third = 0; third < 12; third++) {
      clock.advanceMs(3_000)
      // Renewed, it has both its timers again: for the next renewal, and for the end.
      await expect.poll(() => clock.timerCount, { interval: 1, timeout: 10_000 }).toBe(2)
      expect(permit.isHeld).toBe(true)
      expect((await lock.stats()).holders).toBe(1)
    }
    await permit.release()
    expect(await permit.release()).toBe(true)
  })

  test('a holder that is gone costs the others its time, and no longer', async () => {
    const lock = createLock(backend, 'l', { clock, ttl: '9s' })
    const dead = createLock(backend, 'l', { clock: stopped(clock), ttl: '9s' })
    const permit = await dead.acquire()
    clock.advanceMs(8_999)
    expect(await lock.tryAcquire()).toBeUndefined()
    clock.advanceMs(1)
    const next = await lock.tryAcquire()
    expect(next?.fence).toBeGreaterThan(permit.fence)
    expect(permit.isHeld, 'whoever was stopped learns of it at the first look').toBe(false)
    expect(permit.signal.aborted).toBe(true)
    expect(await permit.release()).toBe(false)
    expect(next?.isHeld).toBe(true)
  })

  test('one who waits and is gone holds nobody up for longer than his time', async () => {
    const lock = createLock(backend, 'l', { clock, ttl: '9s' })
    const first = await lock.acquire()
    const dead = createLock(deaf(backend), 'l', { clock: stopped(clock), ttl: '9s' })
    const stop = new AbortController()
    const lost = dead.acquire({ signal: stop.signal }).catch((thrown: unknown) => thrown)
    await waitingAre(lock, 1)
    const waiting = lock.acquire()
    await waitingAre(lock, 2)
    await first.release()
    const stopMoving = keepMoving(clock)
    const permit = await waiting
    stopMoving()
    expect(permit.isHeld).toBe(true)
    stop.abort(new Error('over'))
    expect(await lost).toEqual(new Error('over'))
  })

  test('a free permit is not for who comes later than one who waits', async () => {
    const lock = createLock(backend, 'l', { clock, ttl: '9s' })
    const first = await lock.acquire()
    const stop = new AbortController()
    const slow = createLock(deaf(backend), 'l', { clock: stopped(clock), ttl: '9s' })
    const waiting = slow.acquire({ signal: stop.signal }).catch((thrown: unknown) => thrown)
    await waitingAre(lock, 1)
    await first.release()
    expect(await lock.stats()).toEqual({ holders: 0, waiting: 1 })
    expect(await lock.tryAcquire()).toBeUndefined()
    clock.advanceMs(9_000)
    expect(await lock.tryAcquire()).toBeDefined()
    stop.abort(new Error('over'))
    expect(await waiting).toEqual(new Error('over'))
  })

  test('a wait ends with its signal or its time, and leaves the line', async () => {
    const lock = createLock(backend, 'l', { clock })
    const first = await lock.acquire()
    const stop = new AbortController()
    const aborted = lock.acquire({ signal: stop.signal })
    await waitingAre(lock, 1)
    stop.abort(new Error('enough'))
    await expect(aborted).rejects.toThrow('enough')
    const timed = lock.tryAcquire({ wait: '2s' })
    await waitingAre(lock, 1)
    const stopMoving = keepMoving(clock)
    expect(await timed).toBeUndefined()
    stopMoving()
    expect(await lock.stats()).toEqual({ holders: 1, waiting: 0 })
    await first.release()
  })

  test('await using gives it back, also when the work fails', async () => {
    const lock = createLock(backend, 'l', { clock })
    const work = async (): Promise<void> => {
      await using permit = await lock.acquire()
      expect(permit.isHeld).toBe(true)
      throw new Error('failed')
    }
    await expect(work()).rejects.toThrow('failed')
    expect(await lock.stats()).toEqual({ holders: 0, waiting: 0 })
  })

  test('a barrier lets one call through at a time', async () => {
    let running = 0
    const fences: number[] = []
    const work = async (permit: Permit, value: number): Promise<number> => {
      expect(++running).toBe(1)
      fences.push(permit.fence)
      await turn()
      running--
      return value * 2
    }
    const [here, there] = [barrier(backend, 'b', work), barrier(store.open(), 'b', work)]
    expect(await Promise.all([here(1), there(2), here(3), there(4)])).toEqual([2, 4, 6, 8])
    expect(fences).toEqual(fences.toSorted((one, other) => one - other))
  })

  test('locks and semaphores of the same name are apart', async () => {
    await createLock(backend, 'x', { clock }).acquire()
    expect(await createSemaphore(backend, 'x', { permits: 1, clock }).tryAcquire()).toBeDefined()
  })
})

/** A clock of the same time whose timers never run: that of a process that is stopped. */
function stopped(clock: FakeClock): FakeClock {
  return { ...clock, nowMs: () => clock.nowMs(), schedule: () => () => undefined }
}

/** The same spaces, of which nothing is heard. */
function deaf(backend: Backend): Backend {
  const { spaces } = backend
  if (spaces === undefined) throw new Error('it has spaces')
  const silent: Spaces = {
    get: (...call) => spaces.get(...call),
    scan: (...call) => spaces.scan(...call),
    count: (...call) => spaces.count(...call),
    commit: (...call) => spaces.commit(...call),
    names: () => spaces.names(),
    drop: (...call) => spaces.drop(...call),
    watch: () => () => undefined,
  }
  return new Proxy(backend, {
    get: (target, name): unknown => (name === 'spaces' ? silent : Reflect.get(target, name)),
  })
}

/** Lets time pass while others wait for it. */
function keepMoving(clock: FakeClock): () => void {
  const timer = setInterval(() => clock.advanceMs(100), 1)
  return () => clearInterval(timer)
}
