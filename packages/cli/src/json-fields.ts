/** JSON that somebody else may have written or torn, as fields of which nothing is known yet. */
export type JsonFields = Readonly<Record<string, unknown>>

/** Undefined for what is no JSON, and no object. */
export function jsonFields(text: string): JsonFields | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    // Torn, or something else altogether.
    return undefined
  }
}
