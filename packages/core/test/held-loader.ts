/** A loader whose runs a test ends one by one, and a turn of the event loop. */
import type { LoadContext } from '@stowage/core'

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
