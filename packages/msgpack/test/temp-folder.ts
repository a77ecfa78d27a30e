/** A folder of a test's own, removed when the test is over. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** Where a file of that name would be. */
export function tempFile(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-msgpack-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, name)
}
