/**
 * All structures of a store, by what the store itself can tell: for whoever looks after it and was not told what services keep there.
 * What a record does not say, such as the ttl of a lock, is not known here; the structure's own `check` knows it.
 */
import { type Backend, systemClock } from '@stowage/core'
import { type CheckOptions, Examination, repairIn, type StructureReport } from './examination.ts'
import { checkIndex } from './index/index-check.ts'
import { entryCount } from './index/ordered-index.ts'
import { RECORD as COUNTER } from './limits/counter.ts'
import { checkAverager, checkCounter, checkThrottle, figureIn, HALVES } from './limits/number-check.ts'
import { bookedAheadMs } from './limits/throttle.ts'
import { living, readHolding } from './locks/holding.ts'
import { checkHolding } from './locks/holding-check.ts'
import { queueStats } from './queue/queue.ts'
import { checkQueue } from './queue/queue-check.ts'
import { Space } from './space.ts'

export type StructureKind = 'queue' | 'index' | 'lock' | 'semaphore' | 'throttle' | 'counter' | 'averager'

export interface StructureSummary {
  /** `other`: something that is none of these kinds keeps it. */
  readonly kind: StructureKind | 'other'
  readonly name: string
  readonly records: number
  /**
   * By kind: ready, waiting, dead; entries; holders, waiting, endsInMs (of the first permit that is not renewed); aheadMs; value; total,
   * count. Not a number: it cannot be read.
   */
  readonly figures: Readonly<Record<string, number>>
}

export interface StructureCheck extends StructureReport {
  readonly kind: StructureKind | 'other'
  readonly name: string
}

interface Way {
  figures(space: Space): Promise<Readonly<Record<string, number>>>
  check(space: Space, isRepairing: boolean): Promise<StructureReport>
}

const HOLDING: Way = {
  figures: holdingFigures,
  check: (space, isRepairing) => checkHolding(space, isRepairing, undefined),
}

const WAYS: Readonly<Record<StructureKind, Way>> = {
  queue: {
    figures: async (space) => ({ ...(await queueStats(space)) }),
    check: (space, isRepairing) => checkQueue(space, isRepairing, undefined),
  },
  index: {
    figures: async (space) => ({ entries: await entryCount(space) }),
    check: (space, isRepairing) => checkIndex(space, isRepairing, undefined),
  },
  lock: HOLDING,
  semaphore: HOLDING,
  throttle: { figures: async (space) => ({ aheadMs: await bookedAheadMs(space) }), check: checkThrottle },
  counter: { figures: async (space) => ({ value: figureIn(await space.get(COUNTER)) }), check: checkCounter },
  averager: { figures: averagerFigures, check: checkAverager },
}

/** In the order of their kinds and names. @throws ConfigError for a backend without spaces */
export async function listStructures(backend: Backend): Promise<StructureSummary[]> {
  const summaries: StructureSummary[] = []
  for (const { kind, name, space } of await spacesOf(backend)) {
    const records = await space.count({ from: '', to: undefined })
    summaries.push({ kind, name, records, figures: kind === 'other' ? {} : await WAYS[kind].figures(space) })
  }
  return summaries
}

/** Each as soon as it is through. @throws ConfigError for a backend without spaces */
export async function* checkStructures(backend: Backend, options?: CheckOptions): AsyncGenerator<StructureCheck> {
  const isRepairing = repairIn(options)
  for (const { kind, name, space } of await spacesOf(backend)) {
    const report =
      kind === 'other' ? new Examination(space, false).report() : await WAYS[kind].check(space, isRepairing)
    yield { kind, name, ...report }
  }
}

interface Found {
  readonly kind: StructureKind | 'other'
  readonly name: string
  readonly space: Space
}

async function spacesOf(backend: Backend): Promise<Found[]> {
  const space = (label: string) => new Space('structures', backend, label, systemClock)
  // Told before it is asked for names.
  space('structures')
  const labels = [...((await backend.spaces?.names()) ?? [])].sort()
  return labels.map((label) => {
    const at = label.indexOf(':')
    const kind = label.slice(0, Math.max(0, at))
    return isKind(kind)
      ? { kind, name: label.slice(at + 1), space: space(label) }
      : { kind: 'other', name: label, space: space(label) }
  })
}

function isKind(text: string): text is StructureKind {
  return Object.hasOwn(WAYS, text)
}

async function holdingFigures(space: Space): Promise<Readonly<Record<string, number>>> {
  const record = await space.get('h')
  if (record === undefined) return { holders: 0, waiting: 0, endsInMs: 0 }
  const nowMs = space.clock.nowMs()
  try {
    const { holders, waiting } = living(readHolding(record.value), nowMs)
    const endsAtMs = Math.min(...holders.map(({ untilMs }) => untilMs))
    return { holders: holders.length, waiting: waiting.length, endsInMs: holders.length === 0 ? 0 : endsAtMs - nowMs }
  } catch {
    // As with numbers that are none: the listing goes on, and a check says what it is.
    return { holders: Number.NaN, waiting: Number.NaN, endsInMs: Number.NaN }
  }
}

async function averagerFigures(space: Space): Promise<Readonly<Record<string, number>>> {
  const [total, count] = await space.getAll(HALVES)
  return { total: figureIn(total), count: figureIn(count) }
}
