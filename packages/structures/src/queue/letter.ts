/** What a record of a queue says: the job's id, its value, its place and how often it has been tried. */
import { type Codec, CodecError, messageOf, type SpaceRecord } from '@stowage/core'
import { noteOf, unseal } from '../envelope.ts'
import { ownId, placeOf, priorityOf } from './layout.ts'

/** One job as a listing shows it. */
export interface Letter<T> {
  readonly id: string
  readonly value: T
  readonly priority: number
  /** How often it has been pulled. */
  readonly tries: number
}

/** The id that the caller gave it; undefined: none. */
export function givenId({ value }: SpaceRecord): string | undefined {
  const note = noteOf(value)
  return note === '' ? undefined : decodeURIComponent(note)
}

/** As {@link givenId}; undefined also for a note that cannot be read. */
export function idIfReadable(record: SpaceRecord): string | undefined {
  try {
    return givenId(record)
  } catch {
    // It is torn, which is counted where it is looked for.
    return undefined
  }
}

/** Whose job it is said to be: also where its value cannot be read. */
export function idOf(record: SpaceRecord): string {
  return idIfReadable(record) ?? ownId(placeOf(record.key))
}

export function noteOfId(id: string | undefined): string {
  return id === undefined ? '' : encodeURIComponent(id)
}

/** @throws CodecError */
export function readLetter<T>(codec: Codec, record: SpaceRecord): Letter<T> {
  const place = placeOf(record.key)
  const { value } = unseal(codec, record.value)
  return {
    id: givenId(record) ?? ownId(place),
    // The queue's own type: what the caller says that it holds.
    value: value as T,
    priority: priorityOf(place),
    tries: record.moveCount,
  }
}

/** As {@link readLetter}; undefined: its bytes cannot be read. */
export function letterIfReadable<T>(codec: Codec, record: SpaceRecord): Letter<T> | undefined {
  try {
    return readLetter<T>(codec, record)
  } catch (thrown) {
    if (thrown instanceof CodecError || messageOf(thrown).includes('URI')) return undefined
    throw thrown
  }
}
