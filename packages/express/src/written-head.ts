/** What `writeHead` is called with, put on the response, where it can be looked at before it goes out. */
import type { ServerResponse } from 'node:http'

/** @param rest the reason and the fields, both as they may be left out */
export function takeHead(res: ServerResponse, status: number, rest: readonly unknown[]): void {
  const [first, second] = rest
  res.statusCode = status
  if (typeof first === 'string') res.statusMessage = first
  // Node takes the fields from where they are: behind a reason that is undefined, too.
  setFields(res, typeof first === 'string' ? second : (second ?? first))
}

/** What writeHead takes: an object, a list of pairs, or names and values in turn. */
function setFields(res: ServerResponse, fields: unknown): void {
  if (typeof fields !== 'object' || fields === null) return
  const names = new Set<string>()
  for (const [name, value] of Array.isArray(fields) ? pairsOf(fields) : pairsOf(Object.entries(fields))) {
    const lower = name.toLowerCase()
    if (names.has(lower)) res.appendHeader(name, value)
    else res.setHeader(name, value)
    names.add(lower)
  }
}

function pairsOf(list: readonly unknown[]): readonly (readonly [string, string | readonly string[]])[] {
  const flat: readonly unknown[] = Array.isArray(list[0]) ? list.flat(1) : list
  const pairs: [string, string | readonly string[]][] = []
  // A value that is a list has not been flattened: only pairs were.
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const value = flat[at + 1]
    if (value !== undefined) pairs.push([String(flat[at]), Array.isArray(value) ? value.map(String) : String(value)])
  }
  return pairs
}
