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

/**
 * `look(command, ...)`: what the server answers; a table where something of another kind stands there, which is not ours. Any other error is told: a
 * user that may not read would take a bookkeeping that is there for a lost one, and begin it anew with each call, for everybody.
 */
const LOOK = `
local function look(...)
  local found = redis.pcall(...)
  if type(found) == 'table' and not string.find(found.err, 'WRONGTYPE', 1, true) then return redis.call(...) end
  return found
end
`

/** What only reads, or changes what it finds as it was seen: sent a second time, behind what was asked for later, it harms nobody. */
export function script(...parts: readonly string[]): Script {
  const text = textOf(parts)
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/**
 * What changes whatever is there. It must take effect when it is first sent, before all that is asked for later, so that it cannot begin
 * with a hash that the server may not know. The shorter the better, as the server hashes it each time.
 */
export function unconditionalScript(...parts: readonly string[]): Script {
  return { text: textOf(parts), sha: undefined }
}

function textOf(parts: readonly string[]): string {
  return [LOOK, ...parts].join('\n')
}
