/**
 * The file of a snapshot. Numbers are little-endian.
 *
 *   8                'STWSNAP' and the version of this layout: 1
 *   1 + 4 + n        kind, length and bytes of each frame: first the entries, as packed records (docs/record-format.md), then
 *                    what became untrue while the snapshot was taken, as JSON (change-log.ts)
 *   1 + 4 + 8 + 4    the end: 0, number of entries, where the changes begin (a double), CRC-32 of all bytes before it
 */

export const MAGIC: Buffer = Buffer.from('STWSNAP\x01', 'latin1')
export const ENTRY = 1
export const CHANGE = 2
export const END = 0

export const FRAME_HEAD_BYTES = 5
export const END_BYTES = 17
export const END_CHANGES_AT = 5
export const END_CHECKSUM_AT = 13

/** What is written or read in one call. */
export const CHUNK_BYTES: number = 256 * 1024
/** A record may be longer than is written or read in one call: 2 GiB or more Node refuses to write, and asked to read them it ends the process. */
export const MAX_CALL_BYTES: number = 2 ** 30
