/**
 * Whether counters, averagers and throttles keep numbers. An average of which half is gone says nothing, and a throttle
 * forgets no more than what was booked: these begin anew. What a counter came to only its owner can know.
 */
import { numberIn, type SpaceRecord } from '@stowage/core'
import { Examination, examineFew, type StructureReport } from '../examination.ts'
import type { Space } from '../space.ts'

export async function checkCounter(space: Space, isRepairing: boolean): Promise<StructureReport> {
  const examination = new Examination(space, isRepairing)
  await examineFew(examination, (record) => (record.key === 'n' ? isNumber(record) : undefined))
  return examination.report()
}

export async function checkThrottle(space: Space, isRepairing: boolean): Promise<StructureReport> {
  const examination = new Examination(space, isRepairing)
  const torn = await examineFew(examination, (record) => (record.key === 't' ? isNumber(record) : undefined))
  for (const { key, version } of torn) await examination.repair([{ key, version }], [{ do: 'delete', key }])
  return examination.report()
}

/** The records of an average. */
export const HALVES = ['total', 'count'] as const

export async function checkAverager(space: Space, isRepairing: boolean): Promise<StructureReport> {
  const examination = new Examination(space, isRepairing)
  await examineFew(examination, (record) => {
    if (record.key === 'count') return figureIn(record) >= 1
    return record.key === 'total' ? isNumber(record) : undefined
  })
  const halves = await space.getAll(HALVES)
  const isHalf = (halves[0] === undefined) !== (halves[1] === undefined)
  if (isHalf) examination.unpaired++
  if (examination.torn > 0 || isHalf) {
    const expect = HALVES.map((key, at) => ({ key, version: halves[at]?.version ?? 0 }))
    const isDone = await examination.repair(
      expect,
      HALVES.map((key) => ({ do: 'delete', key })),
    )
    if (isDone) examination.repaired = examination.torn + examination.unpaired
  }
  return examination.report()
}

/** For a listing, which goes on: not a number, where the record cannot be read. */
export function figureIn(record: SpaceRecord | undefined): number {
  return record === undefined ? 0 : (numberIn(record) ?? Number.NaN)
}

function isNumber(record: SpaceRecord): boolean {
  return numberIn(record) !== undefined
}
