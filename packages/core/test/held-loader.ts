/** A loader whose runs a test ends one by one, a turn of the event loop, and time that passes in small steps. */
import type { LoadContext } from '@stowage/core'
import type { FakeClock } from '@stowage/core/testing'

export interface HeldRun {
  readonly context: LoadContext
  settle(value: unknown): void
  fail(error: unknown): void
}

export function heldLoader(): {
  readonly loader: (context: LoadContext) => Promise<unknown>
  readonly runs: HeldRun[]
} {
  const runs: HeldRun[] = []
  const loader = (context: LoadContext) =>
    new Promise<unknown>((settle, fail) => {
      runs.push({ context, settle, fail })
    })
  return { loader, runs }
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Small steps, so that what a timer starts can go on before the next. */
export async function passTime(clock: FakeClock, durationMs: number): Promise<void> {
  await turn()
  for (let passedMs = 0; passedMs < durationMs; passedMs += 10) {
    clock.advanceMs(10)
    await turn()
  }
}
