/** The log of a cache's lookups, as a service has written it: a key on each line, as text, as JSON text, or as an object with its size. */
import { createReadStream, statSync } from 'node:fs'
import { EXIT_CODES } from './exit-codes.ts'
import { Failure } from './failure.ts'
import { jsonFields } from './json-fields.ts'
import { readLines } from './transfer/line-reader.ts'

export interface LoggedLookup {
  readonly key: string
  /** Of the value; undefined where the log does not say. */
  readonly sizeBytes: number | undefined
  /** How much of the log has been read. */
  readonly doneBytes: number
}

/** @throws Failure */
export function logBytes(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() === true) return found.size
  throw new Failure(EXIT_CODES.usage, `there is no log '${path}'; allowed: a file with a key on each line`)
}

export async function* readKeyLog(path: string): AsyncGenerator<LoggedLookup> {
  for await (const { text, endsAt } of readLines(createReadStream(path, { highWaterMark: 256_000 }))) {
    const lookup = text === undefined || text === '' ? undefined : lookupOf(text)
    if (lookup !== undefined) yield { ...lookup, doneBytes: endsAt }
  }
}

/** Undefined for an object that names no key. */
function lookupOf(text: string): Omit<LoggedLookup, 'doneBytes'> | undefined {
  if (text.startsWith('{')) {
    const { key, sizeBytes } = jsonFields(text) ?? {}
    if (typeof key !== 'string') return undefined
    return { key, sizeBytes: typeof sizeBytes === 'number' && sizeBytes >= 0 ? sizeBytes : undefined }
  }
  return { key: text.startsWith('"') ? unquoted(text) : text, sizeBytes: undefined }
}

function unquoted(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'string' ? parsed : text
  } catch {
    // A key that begins with a quotation mark.
    return text
  }
}
