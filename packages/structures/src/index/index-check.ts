/** Whether each entry of an index is as it was written, and under the text of its key: under any other it is out of order, and not found. */
import type { Codec, SpaceRecord } from '@stowage/core'
import { isWhole, unseal } from '../envelope.ts'
import { Examination, pagesOf, type StructureReport } from '../examination.ts'
import type { Space } from '../space.ts'
import { fenceIn } from './fence.ts'
import { readKey, writeKey } from './index-key.ts'

const ENTRY = 'e/'
const FENCE = 'f'

/** @param codec undefined: not known; bytes are compared with their checksum alone */
export async function checkIndex(
  space: Space,
  isRepairing: boolean,
  codec: Codec | undefined,
): Promise<StructureReport> {
  const examination = new Examination(space, isRepairing)
  for await (const page of pagesOf(space)) {
    for (const record of page) {
      examination.records++
      if (record.key === FENCE) await checkFence(examination, record)
      else await checkEntry(examination, record, codec)
    }
  }
  return examination.report()
}

async function checkEntry(examination: Examination, record: SpaceRecord, codec: Codec | undefined): Promise<void> {
  const { key, value } = record
  const place = key.startsWith(ENTRY) ? placeOf(key.slice(ENTRY.length)) : undefined
  if (place === undefined) examination.misplaced++
  else if (place !== key) {
    examination.misplaced++
    const changes = [
      { do: 'delete', key },
      { do: 'put', key: place, value, moveCount: 0 },
    ] as const
    // Where there is an entry at its place, that one is the newer or the only one that was ever found.
    await examination.repair([record, { key: place, version: 0 }], changes)
  } else if (!isReadable(value, codec)) examination.torn++
}

/** Without it any holder could write: none of those that had a permit until now may. */
async function checkFence(examination: Examination, record: SpaceRecord): Promise<void> {
  if (fenceIn(record) !== undefined) return
  examination.torn++
  const value = String(Math.floor(examination.space.clock.nowMs()) * 1_000)
  await examination.repair([record], [{ do: 'put', key: FENCE, value, moveCount: 0 }])
}

/** Where an entry of this key belongs; undefined: it is no key. */
function placeOf(text: string): string | undefined {
  try {
    const written = writeKey(readKey(text))
    // Another form of the same key, such as that of the other zero: not whatever can be made of a text that is no key.
    return written.length === text.length && written[0] === text[0] ? ENTRY + written : undefined
  } catch {
    // Being refused is the answer.
    return undefined
  }
}

function isReadable(value: SpaceRecord['value'], codec: Codec | undefined): boolean {
  if (!isWhole(value)) return false
  if (codec === undefined) return true
  try {
    unseal(codec, value)
    return true
  } catch {
    // Being refused is the answer.
    return false
  }
}
