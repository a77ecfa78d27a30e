/**
 * A Lua script as Redis knows it: by the SHA-1 of its text, or by the text. Every script gets the three keys of the bookkeeping first, entries after
 * them, and user text in KEYS and ARGV only.
 */
import { createHash } from 'node:crypto'

export interface Script {
  readonly text: string
  /** Undefined: it goes by its text each time. */
  readonly sha: string | undefined
}

/** What only reads, or changes what it finds as it was seen: sent a second time, behind what was asked for later, it harms nobody. */
export function script(...parts: readonly string[]): Script {
  const text = parts.join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/**
 * What changes whatever is there. It must take effect when it is first sent, before all that is asked for later, so that it cannot begin
 * with a hash that the server may not know. The shorter the better, as the server hashes it each time.
 */
export function unconditionalScript(...parts: readonly string[]): Script {
  return { text: parts.join('\n'), sha: undefined }
}
