/** A folder of a test's own, removed when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TempFolder {
  /** Where a file of that name would be. */
  file(name: string): string
  remove(): void
}

export function tempFolder(): TempFolder {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-sqlite-'))
  return {
    file: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
