/** What stops being true of entries while a snapshot of them is written or read: those it covers are left out. */
import { type InvalidationTarget, keyCoverOf } from '@stowage/core'

export type Change = { readonly key: string } | InvalidationTarget

/** A bound on what is kept: whoever changes more meanwhile has a cache that no snapshot can be taken of. */
const MAX_CHANGES = 100_000

export class ChangeLog {
  private readonly keys = new Set<string>()
  private readonly tags = new Set<string>()
  private readonly covering: ((key: string) => boolean)[] = []
  private readonly noted: Change[] = []

  note(change: Change): void {
    if (this.noted.length > MAX_CHANGES || ('key' in change && this.keys.has(change.key))) return
    this.noted.push(change)
    if ('key' in change) this.keys.add(change.key)
    else if ('tags' in change) for (const tag of change.tags) this.tags.add(tag)
    else this.covering.push(keyCoverOf(change).covers)
  }

  covers(key: string, tags: readonly string[]): boolean {
    return this.keys.has(key) || tags.some((tag) => this.tags.has(tag)) || this.covering.some((covers) => covers(key))
  }

  /** @throws RangeError when there have been too many */
  changes(): readonly Change[] {
    if (this.noted.length <= MAX_CHANGES) return this.noted
    throw new RangeError(`more than ${MAX_CHANGES} entries were changed meanwhile`)
  }
}

/** A change as it was written into a snapshot. @throws TypeError when it is none */
export function readChange(text: string): Change {
  const read: unknown = JSON.parse(text)
  if (typeof read === 'object' && read !== null) {
    if ('key' in read && typeof read.key === 'string') return { key: read.key }
    if ('tags' in read && Array.isArray(read.tags)) return { tags: read.tags.map(String) }
    if ('prefix' in read && typeof read.prefix === 'string') return { prefix: read.prefix }
    if ('pattern' in read && 'root' in read && typeof read.pattern === 'string' && typeof read.root === 'string') {
      return { pattern: read.pattern, root: read.root }
    }
    if ('all' in read) return { all: true }
  }
  throw new TypeError(`a change that is not known: ${text}`)
}
