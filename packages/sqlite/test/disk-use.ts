/** What a cache takes of the disk: every file in its folder, by what `stat` says. */
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function diskBytes(path: string): number {
  const found = readdirSync(dirname(path), { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  // What goes meanwhile is gone.
  return files.reduce((sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0)
}
