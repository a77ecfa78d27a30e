/** Whether an entry's file is what was written for its key, all of it: for checks. */
import { closeSync } from 'node:fs'
import { countedBytes, unpackEntry, unpackEntryHead } from './entry-file.ts'
import { FOREIGN_FILE, openEntry, READ_BYTES, readBeginning } from './entry-reading.ts'
import { readWhole } from './large-reading.ts'
import type { Store } from './store.ts'

export type Examined = { readonly isSound: true; readonly bytes: number } | { readonly isSound: false }

const UNSOUND: Examined = { isSound: false }

/** Undefined when there is no file. */
export async function examined(store: Store, path: string): Promise<Examined | undefined> {
  const descriptor = openEntry(path)
  if (descriptor === undefined) return undefined
  if (descriptor === FOREIGN_FILE) return UNSOUND
  try {
    const bytes = readBeginning(descriptor)
    if (bytes.length < READ_BYTES) return judged(store, path, bytes)
  } finally {
    closeSync(descriptor)
  }
  const whole = await readWhole(store, path)
  return whole && judged(store, path, whole.bytes)
}

function judged({ layout }: Store, path: string, bytes: Buffer): Examined {
  const key = unpackEntryHead(bytes)?.key
  // Under another key's name it is that key's damage.
  const isSound = key !== undefined && layout.placeOf(key).path === path && unpackEntry(key, bytes) !== undefined
  return isSound ? { isSound, bytes: countedBytes(bytes.length) } : UNSOUND
}
