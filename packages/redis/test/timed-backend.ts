/** A backend whose calls are timed: how long the longest took is what a deadline promises. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Backend } from '@stowage/core'
import { expect, onTestFinished } from 'vitest'

/** What may come on top of a deadline, besides the time in which the loop did not turn. */
const SLACK_MS = 50
/** A call of several trips meets a loop that is held up more than once. */
const TURNS_OF_A_CALL = 3

export interface Timed {
  readonly backend: Backend
  /** Fails when a call took longer than it may. */
  readonly expectInTime: (timeoutMs: number) => void
}

export function timed(backend: Backend): Timed {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  onTestFinished(() => {
    delay.disable()
  })
  let [longestMs, longest] = [0, 'nothing']
  const proxy = new Proxy(backend, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target)
      if (typeof member !== 'function') return member
      return (...args: unknown[]): unknown => {
        const begunMs = performance.now()
        const answer: unknown = Reflect.apply(member, target, args)
        if (!(answer instanceof Promise)) return answer
        const note = (): void => {
          const tookMs = performance.now() - begunMs
          if (tookMs > longestMs) [longestMs, longest] = [tookMs, String(property)]
        }
        answer.then(note, note)
        return answer
      }
    },
  })
  return {
    backend: proxy,
    expectInTime(timeoutMs) {
      const mostMs = timeoutMs + SLACK_MS + (TURNS_OF_A_CALL * delay.max) / 1e6
      expect(longestMs, `${longest} took ${longestMs.toFixed(0)} of ${mostMs.toFixed(0)} ms`).toBeLessThan(mostMs)
    },
  }
}
