/** Who waited for a second waited for an hour more where the clock of the machine was set back by an hour meanwhile. */
import type { Clock } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createLock, createQueue, throttle } from '@stowage/structures'
import { expect, test } from 'vitest'

/** As a machine's: what it shows may be set, timers and durations go on. */
class SettableClock implements Clock {
  readonly #timers = new Set<{ readonly dueTick: number; readonly run: () => void }>()
  #tick = 0
  #offsetMs = 1_700_000_000_000

  nowMs(): number {
    return this.#tick + this.#offsetMs
  }

  tickMs(): number {
    return this.#tick
  }

  schedule(delayMs: number, run: () => void): () => void {
    const timer = { dueTick: this.#tick + delayMs, run }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  setBack(lengthMs: number): void {
    this.#offsetMs -= lengthMs
  }

  async pass(lengthMs: number): Promise<void> {
    for (const endTick = this.#tick + lengthMs; this.#tick < endTick; this.#tick += 50) {
      for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate)
      for (const timer of this.#timers) {
        if (timer.dueTick > this.#tick || !this.#timers.delete(timer)) continue
        timer.run()
      }
    }
    for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate)
  }
}

const backend = memoryBackend({ maxEntries: 1 })

test.each<[string, (clock: Clock) => Promise<() => Promise<unknown>>]>([
  [
    'tryAcquire of a lock',
    async (clock) => {
      const lock = createLock(backend, 'lock', { clock })
      await lock.acquire()
      return () => lock.tryAcquire({ wait: '1s' })
    },
  ],
  ['pull of a queue', async (clock) => () => createQueue(backend, 'queue', { clock }).pull({ wait: '1s' })],
  [
    'acquire of a throttle',
    async (clock) => {
      const limiter = throttle(backend, 'throttle', { limit: 1, per: '1s', clock })
      await limiter.acquire()
      return () => limiter.acquire()
    },
  ],
])('%s ends when its time is over', async (_, prepare) => {
  const clock = new SettableClock()
  const ask = await prepare(clock)
  let isOver = false
  const answer = ask().then(() => {
    isOver = true
  })
  await clock.pass(400)
  clock.setBack(3_600_000)
  await clock.pass(400)
  expect(isOver).toBe(false)
  await clock.pass(400)
  expect(isOver).toBe(true)
  await answer
})
