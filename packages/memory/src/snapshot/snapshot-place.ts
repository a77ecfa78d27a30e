/** Where the file of a snapshot may be, as far as what is there tells. */
import type { Stats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { ConfigError, describe } from '@stowage/core'

/** @throws ConfigError for a folder */
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
