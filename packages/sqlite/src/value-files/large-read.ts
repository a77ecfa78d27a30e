/**
 * The content of a value file. The row and the file are looked at one after the other, and in between whoever replaces the
 * entry may delete the file, or write another value over it: then the row is another one by now, or gone, and the lookup begins anew (lookup.ts).
 */
import type { Store } from '../store.ts'

/** @returns undefined when there is no such file, or it is not as long as it was. */
export async function readBody({ files }: Store, fileId: number): Promise<string | Uint8Array | undefined> {
  // Before anything is awaited: in the same moment as the row that names it.
  const row = files.statements.find.get(fileId)
  if (row === undefined) return undefined
  const content = await files.folder.read(row.id, row.sizeBytes)
  if (content?.length !== row.sizeBytes) return undefined
  return row.kind === 'text' ? content.toString('utf8') : content
}
