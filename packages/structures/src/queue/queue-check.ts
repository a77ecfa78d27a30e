/**
 * Whether what a queue keeps adds up: each job's bytes against their checksum, each key against the order, ids against jobs, and the
 * length against what is there.
 */
import type { Codec, SpaceRecord } from '@stowage/core'
import { isWhole } from '../envelope.ts'
import { Examination, pagesOf, type StructureReport } from '../examination.ts'
import { figureIn } from '../limits/number-check.ts'
import type { Space } from '../space.ts'
import { checkIds, checkIdsOf } from './id-check.ts'
import { ALL_DEAD, ALL_LIVE, LENGTH, lastPlaceIn, placement, READY } from './layout.ts'
import { death } from './leaving.ts'
import { letterIfReadable } from './letter.ts'

export interface QueueReport extends StructureReport {
  /** Jobs that are ready or waiting. */
  readonly jobs: number
  readonly dead: number
}

/** So often in a row somebody changed the length while it was counted: then it is left as it is. */
const MAX_COUNTS = 10

/** @param codec undefined: not known; bytes are compared with their checksum alone */
export async function checkQueue(space: Space, isRepairing: boolean, codec: Codec | undefined): Promise<QueueReport> {
  const examination = new Examination(space, isRepairing)
  // First: nothing can be taken off a length that is no number.
  if (Number.isNaN(figureIn(await space.get(LENGTH)))) await compareLength(examination)
  for await (const page of pagesOf(space)) {
    const sound: SpaceRecord[] = []
    for (const record of page) {
      examination.records++
      const where = placement(record.key)
      if (where === 'nowhere') await putInPlace(examination, record)
      else if (where === 'book') continue
      else if (isReadable(record, codec)) sound.push(record)
      // A dead letter may well be one because it cannot be read.
      else if (where === 'live') {
        examination.torn++
        await examination.repair([record], death(record))
      }
    }
    await checkIdsOf(examination, sound)
  }
  await checkIds(examination)
  const jobs = await compareLength(examination)
  return { ...examination.report(), jobs, dead: await space.count(ALL_DEAD) }
}

/** What waits for an instant that is none never comes back; where its place can still be told, it comes back now. */
async function putInPlace(examination: Examination, record: SpaceRecord): Promise<void> {
  examination.misplaced++
  const { key, value, moveCount } = record
  const place = lastPlaceIn(key)
  if (place === undefined) return
  const changes = [
    { do: 'delete', key },
    { do: 'put', key: READY + place, value, moveCount },
  ] as const
  await examination.repair([record, { key: READY + place, version: 0 }], changes)
}

function isReadable(record: SpaceRecord, codec: Codec | undefined): boolean {
  return codec === undefined ? isWhole(record.value) : letterIfReadable(codec, record) !== undefined
}

/** @returns how many jobs there are */
async function compareLength(examination: Examination): Promise<number> {
  const { space } = examination
  let jobs = 0
  for (let attempt = 0; attempt < MAX_COUNTS; attempt++) {
    const before = await space.get(LENGTH)
    jobs = await space.count(ALL_LIVE)
    const after = await space.get(LENGTH)
    if (before?.version !== after?.version) continue
    if (figureIn(after) === jobs) return jobs
    examination.wrong = 1
    const expect = [{ key: LENGTH, version: after?.version ?? 0 }]
    const change = { do: 'put', key: LENGTH, value: String(jobs), moveCount: 0 } as const
    if (!examination.isRepairing || (await examination.repair(expect, [change]))) return jobs
  }
  return jobs
}
