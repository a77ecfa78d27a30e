/**
 * Whether the record of a lock or semaphore can be read, and nobody is in it twice. Where it cannot be read nobody knows who holds
 * permits: a repair gives all of them to nobody for one ttl, in which every holder finds out that his is lost.
 */
import { randomUUID } from 'node:crypto'
import type { SpaceRecord } from '@stowage/core'
import { Examination, examineFew, type StructureReport } from '../examination.ts'
import type { Space } from '../space.ts'
import { type Holding, readHolding, type Seat, writeHolding } from './holding.ts'

/** What the record itself does not say. */
export interface HoldingTerms {
  readonly permits: number
  readonly ttlMs: number
}

const RECORD = 'h'

/** @param terms undefined: not known, and what cannot be read is left as it is */
export async function checkHolding(
  space: Space,
  isRepairing: boolean,
  terms: HoldingTerms | undefined,
): Promise<StructureReport> {
  const examination = new Examination(space, isRepairing)
  let sound: { readonly record: SpaceRecord; readonly holding: Holding } | undefined
  const torn = await examineFew(examination, (record) => {
    if (record.key !== RECORD) return undefined
    const holding = holdingIfReadable(record)
    if (holding !== undefined) sound = { record, holding }
    return holding !== undefined
  })
  for (const record of torn) if (terms !== undefined) await put(examination, record, heldByNobody(space, terms))
  if (sound !== undefined) await checkSeats(examination, sound, terms)
  return examination.report()
}

async function checkSeats(
  examination: Examination,
  { record, holding }: { readonly record: SpaceRecord; readonly holding: Holding },
  terms: HoldingTerms | undefined,
): Promise<void> {
  const once = { holders: firstOfEach(holding.holders), waiting: firstOfEach(holding.waiting) }
  if (writeHolding(once) !== writeHolding(holding)) {
    examination.wrong++
    await put(examination, record, once)
  }
  // Those whose time is over go by themselves.
  const nowMs = examination.space.clock.nowMs()
  const held = once.holders.filter(({ untilMs }) => nowMs < untilMs).length
  if (terms !== undefined && held > terms.permits) examination.wrong++
}

function put(examination: Examination, record: SpaceRecord, holding: Holding): Promise<boolean> {
  return examination.repair([record], [{ do: 'put', key: RECORD, value: writeHolding(holding), moveCount: 0 }])
}

function heldByNobody({ clock }: Space, { permits, ttlMs }: HoldingTerms): Holding {
  const untilMs = clock.nowMs() + ttlMs
  return { holders: Array.from({ length: permits }, () => ({ token: randomUUID(), untilMs })), waiting: [] }
}

function firstOfEach(seats: readonly Seat[]): readonly Seat[] {
  return seats.filter(({ token }, at) => seats.findIndex((seat) => seat.token === token) === at)
}

function holdingIfReadable({ value }: SpaceRecord): Holding | undefined {
  try {
    return readHolding(value)
  } catch {
    // Being refused is the answer.
    return undefined
  }
}
