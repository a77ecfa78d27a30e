/** Where a server of another make is. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The first program of one of these names on the PATH. */
export function onPath(names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isThere)
}

export function isThere(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    // Being refused is the answer.
    return false
  }
}
