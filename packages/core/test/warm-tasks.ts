/** Tasks for a warmer: those that load at once, and those whose loads a test ends. */
import type { Key, WarmTask } from '@stowage/core'
import { type HeldRun, heldLoader, turn } from './held-loader.ts'

/** Tasks with these keys; each loads its key in capitals. */
export function tasksOf(...keys: string[]): WarmTask[] {
  return keys.map((key) => ({ key, loader: () => key.toUpperCase() }))
}

export async function* asyncTasksOf(...keys: string[]): AsyncGenerator<WarmTask> {
  yield* tasksOf(...keys)
}

/** Tasks whose loads the test ends, in any order. */
export function heldTasks(...keys: Key[]): { readonly tasks: WarmTask[]; readonly runs: HeldRun[] } {
  const { loader, runs } = heldLoader()
  return { tasks: keys.map((key) => ({ key, loader })), runs }
}

export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await turn()
}
