/**
 * The content of a value file. The row and the file are looked at one after the other, and in between whoever replaces the
 * entry may delete the file: then the row is another one by now, or gone, and the lookup begins anew (lookup.ts).
 */
import type { Store } from '../store.ts'

/** What was found is not what was written. */
export const UNREADABLE: unique symbol = Symbol('unreadable')

/** @returns undefined when there is no such file. */
export async function readBody(
  { files }: Store,
  fileId: number,
): Promise<string | Uint8Array | typeof UNREADABLE | undefined> {
  // Before anything is awaited: in the same moment as the row that names it.
  const row = files.statements.find.get(fileId)
  if (row === undefined) return undefined
  const content = await files.folder.read(row.id, row.sizeBytes)
  if (content === undefined) return undefined
  if (content.length !== row.sizeBytes) return UNREADABLE
  return row.kind === 'text' ? content.toString('utf8') : content
}
