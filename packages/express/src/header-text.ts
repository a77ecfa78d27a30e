/**
 * Header fields as text: their lines joined, lists split. What every reader of a field builds on. Linear in the length of
 * the text, and never throws: the text comes from handlers and clients.
 */
import type { OutgoingHttpHeader } from 'node:http'

/** All lines of a field as one text; undefined when it is absent. */
export function fieldText(value: OutgoingHttpHeader | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : `${value}`
}

/**
 * The members of a list, split at commas outside quotes. A quote that is never closed hides nothing: what follows it is
 * split as if it were no quote.
 */
export function listMembers(text: string): readonly string[] {
  const members: string[] = []
  let from = 0
  let at = 0
  let unclosed = false
  while (at < text.length) {
    const char = text.charCodeAt(at)
    if (char === 0x2c /* , */) {
      addMember(members, text, from, at)
      from = at + 1
    } else if (char === 0x22 /* " */ && !unclosed) {
      const end = closingQuote(text, at)
      if (end === undefined) unclosed = true
      else at = end
    }
    at++
  }
  addMember(members, text, from, text.length)
  return members
}

function addMember(members: string[], text: string, from: number, to: number): void {
  const member = text.slice(from, to).trim()
  if (member !== '') members.push(member)
}

/** Where the quoted text ends that begins at `from`; undefined when it does not. */
function closingQuote(text: string, from: number): number | undefined {
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x5c /* \ */) at++
    else if (char === 0x22) return at
  }
  return undefined
}
