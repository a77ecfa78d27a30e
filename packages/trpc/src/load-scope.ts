/** What a resolver can learn about the load it runs in, and who watches it: carried along by Node's async context. */
import { AsyncLocalStorage } from 'node:async_hooks'

export interface LoadScope {
  readonly signal: AbortSignal
  /** What is read of ctx, where that is watched. */
  readonly reads: ReadLog | undefined
}

export interface ReadLog {
  /** @param propertyCount of the whole ctx: as many reads, one of each, are what copying it begins with. */
  note(name: string, propertyCount: number): void
  noteCopy(names: readonly string[]): void
}

export const loadScope: AsyncLocalStorage<LoadScope> = new AsyncLocalStorage<LoadScope>()

/**
 * In the resolver of a cached query: fires when its result is of no use any more. The `signal` that tRPC hands the resolver
 * fires when the client of its request leaves; a refresh behind goes on after that, and others may wait for its result.
 * Undefined in a resolver that runs for its own request only.
 */
export function loadSignal(): AbortSignal | undefined {
  return loadScope.getStore()?.signal
}
