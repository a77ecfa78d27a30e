/**
 * A line of the journal: the CRC-32 of its text, a space, JSON. All that one step changes is one line, so that a write of which
 * the disk took a part only has told nobody anything.
 */
import { crc32 } from '@stowage/core'
import type { MarkEvent } from './marks.ts'

const CHECK_LENGTH = 9

export function journalLine(events: readonly MarkEvent[]): string {
  const text = JSON.stringify(events)
  return `${checkOf(text)} ${text}\n`
}

/** Undefined for a line that is not as it was written. */
export function readJournalLine(line: string): readonly MarkEvent[] | undefined {
  const text = line.slice(CHECK_LENGTH)
  // Whatever has the right check was written by this code, in this format (folder-format.ts).
  return line.startsWith(`${checkOf(text)} [`) ? (JSON.parse(text) as readonly MarkEvent[]) : undefined
}

function checkOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
