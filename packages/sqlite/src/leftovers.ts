/**
 * A log and its index beside no file: somebody deleted the file and left them. The index may still be in use by a process
 * that has the deleted file open; a new file that took it over would be damaged by that process. So they go before a new
 * file is begun.
 *
 * Another process may be doing the same, and be done with it: what it has put there is not the file seen here, and stays.
 */
import { rmSync } from 'node:fs'
import { identityOf, isSame } from './file-identity.ts'
import { LOG_PARTS } from './kept-file.ts'

export function clearLeftovers(path: string): void {
  const seen = LOG_PARTS.map((part) => identityOf(path + part))
  if (seen.every((file) => file === undefined) || identityOf(path) !== undefined) return
  for (const [at, part] of LOG_PARTS.entries()) {
    if (isSame(identityOf(path + part), seen[at])) rmSync(path + part, { force: true })
  }
}
