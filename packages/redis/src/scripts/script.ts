/**
 * A Lua script as Redis knows it: by the SHA-1 of its text. Every script gets the three keys of the bookkeeping first, entries after
 * them, and user text in KEYS and ARGV only.
 */
import { createHash } from 'node:crypto'

export interface Script {
  readonly text: string
  readonly sha: string
}

export function script(...parts: readonly string[]): Script {
  const text = parts.join('\n')
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}
