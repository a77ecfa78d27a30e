/** How many tags are remembered as invalidated: past the limit all are forgotten, and no entry that has any is trusted any more. */
import type { Turn } from './holding.ts'

const MAX_TAGS = 100_000

export function forgetTags({ marks, emit }: Turn): void {
  if (marks.tags.size > MAX_TAGS) emit({ k: 'distrust' })
}
