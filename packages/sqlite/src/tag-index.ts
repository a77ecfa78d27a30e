/** The tags of an entry: as text in its row, and one by one in the index that finds the entries of a tag. */
import type { Statements } from './statements.ts'

/** The tags of an entry as its row keeps them; most entries have none. */
export function tagsText(tags: readonly string[]): string | null {
  return tags.length === 0 ? null : JSON.stringify(tags)
}

/** None for a damaged row: its checksum, which covers the tags, will not fit then. */
export function parseTags(text: string | null): readonly string[] {
  if (text === null) return []
  try {
    const tags: unknown = JSON.parse(text)
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string') ? tags : []
  } catch {
    return [] // Counted by core, as the damaged entry that it is.
  }
}

export function indexTags(statements: Statements, tags: readonly string[], tagEpoch: number, id: number): void {
  for (const tag of tags) statements.insertTag.run(tag, tagEpoch, id)
}

export function unindexTags(statements: Statements, tags: string | null, tagEpoch: number, id: number): void {
  for (const tag of parseTags(tags)) statements.deleteTag.run(tag, tagEpoch, id)
}
