/** The names that lie in a folder of the cache, which others may delete at any moment. */
import { readdirSync } from 'node:fs'
import { codeOf } from './file-error.ts'

/** What is in a folder; nothing where there is none. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (thrown) {
    const code = codeOf(thrown)
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw thrown
  }
}
