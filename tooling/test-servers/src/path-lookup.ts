/**
 * Which of these programs does the PATH offer? The first name wins, and within a name the first folder, as in a shell.
 * The PATH is an argument so that a test can hand in a folder of its own.
 */
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export function findOnPath(names: readonly string[], path: string = process.env['PATH'] ?? ''): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== '')
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable)
    if (found !== undefined) return found
  }
  return undefined
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    // Being refused is the answer, not a failure: what is absent, may not be run or lies in a closed folder is no program.
    return false
  }
}
