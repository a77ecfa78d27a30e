/** What a snapshot is asked for with, looked at before anything is done. */
import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
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

/** Where a file may be put, as far as what is there tells. @throws ConfigError for a folder */
export async function requirePlace(path: string): Promise<void> {
  try {
    if ((await lstat(path)).isDirectory()) throw noFile('snapshot', path, 'a folder')
  } catch (thrown) {
    if (thrown instanceof ConfigError) throw thrown
    // What cannot be looked at is told of by whoever writes there.
  }
}

/** @throws ConfigError for a folder, a pipe and whatever else is no file */
export function requireFile(path: string, found: Stats): void {
  if (!found.isFile()) throw noFile('restore', path, found.isDirectory() ? 'a folder' : 'no file')
}

function noFile(operation: 'snapshot' | 'restore', path: string, what: string): ConfigError {
  return new ConfigError(`${operation}: path: ${describe(path)} is ${what}; allowed: the path of a file`)
}
