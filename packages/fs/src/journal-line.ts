/** A line of the journal: the CRC-32 of its text, a space, JSON. */
import { crc32 } from 'node:zlib'
import type { MarkEvent } from './marks.ts'

const CHECK_LENGTH = 9

export function journalLine(event: MarkEvent): string {
  const text = JSON.stringify(event)
  return `${checkOf(text)} ${text}\n`
}

/** Undefined for a line that is not as it was written. */
export function readJournalLine(line: string): MarkEvent | undefined {
  const text = line.slice(CHECK_LENGTH)
  // Whatever has the right check was written by this code, in this format (place.ts).
  return line.startsWith(`${checkOf(text)} `) ? (JSON.parse(text) as MarkEvent) : undefined
}

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
