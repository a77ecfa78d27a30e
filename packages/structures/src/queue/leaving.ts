/** The two ways out of a queue: done with, or set aside as a dead letter. */
import type { SpaceChange, SpaceRecord } from '@stowage/core'
import { DEAD, idKey, LENGTH, placeOf } from './layout.ts'
import { idIfReadable } from './letter.ts'

/** Takes a job out, with its id, where that can be read: what cannot is found by a check (id-check.ts). */
export function removal(record: SpaceRecord): SpaceChange[] {
  const id = idIfReadable(record)
  const changes: SpaceChange[] = [{ do: 'delete', key: record.key }]
  if (id !== undefined) changes.push({ do: 'delete', key: idKey(id) })
  return changes
}

/** To the dead letters. Its id stays taken. */
export function setAside({ key, value, moveCount }: SpaceRecord): SpaceChange[] {
  return [
    { do: 'delete', key },
    { do: 'put', key: DEAD + placeOf(key), value, moveCount },
  ]
}

/** As {@link setAside}, with the length. */
export function death(record: SpaceRecord): SpaceChange[] {
  return [...setAside(record), { do: 'add', key: LENGTH, by: -1, max: undefined }]
}
