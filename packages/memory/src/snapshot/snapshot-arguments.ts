/** What a snapshot is asked for with, looked at before anything is done. */
import { ConfigError, describe, requireKnownOptions } from '@stowage/core'
import type { SnapshotOptions } from './snapshot.ts'

const OPTIONS = ['codec', 'signal', 'onProgress', 'nowMs'] as const satisfies readonly (keyof SnapshotOptions)[]

/** @throws ConfigError naming the argument, what it is and what is allowed */
export function requireArguments(operation: 'snapshot' | 'restore', path: unknown, options: SnapshotOptions): void {
  requireKnownOptions(operation, options, OPTIONS)
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new ConfigError(`${operation}: path: ${describe(path)} is not a path; allowed: the path of a file`)
  }
  const { signal, onProgress } = options
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ConfigError(`${operation}: signal: ${describe(signal)} is not a signal; allowed: an AbortSignal`)
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new ConfigError(`${operation}: onProgress: ${describe(onProgress)} is not a function; allowed: a function`)
  }
}
