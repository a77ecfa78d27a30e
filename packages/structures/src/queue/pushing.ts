/** Putting jobs in: many in one commit, without duplicates, within the length that the queue may have. */
import {
  describe,
  MAX_COMMIT_CHANGES,
  ownOptions,
  requireKnownOptions,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRange,
  type SpaceValue,
  spaceStamp,
  UsageError,
} from '@stowage/core'
import { seal } from '../envelope.ts'
import type { Space } from '../space.ts'
import { bringAllBack } from './coming-due.ts'
import { droppableFor, firstToGo } from './dropping.ts'
import { idKey, LENGTH, READY, rankOf, waitingUntil } from './layout.ts'
import { removal, setAside } from './leaving.ts'
import { noteOfId } from './letter.ts'
import { PUSH_OPTIONS, type PushOptions, planPush, type QueuePlan } from './options.ts'

/** What came of a push. A refusal is an answer, not an error. */
export type PushResult =
  | { readonly outcome: 'pushed'; readonly id: string }
  | { readonly outcome: 'duplicate'; readonly id: string }
  | { readonly outcome: 'refused'; readonly reason: 'full' }

export interface NewJob<T> extends PushOptions {
  readonly value: T
}

interface Draft {
  readonly id: string | undefined
  readonly rank: string
  readonly prefix: string
  readonly sealed: SpaceValue
}

/** So many jobs are one commit; each takes up to two changes of it. */
const MAX_TOGETHER = 500
const JOB_FIELDS = ['value', ...PUSH_OPTIONS]
const REFUSED: PushResult = { outcome: 'refused', reason: 'full' }

/** @throws BackendError, CodecError; what is not a job is refused before anything is pushed */
export async function pushJobs<T>(space: Space, plan: QueuePlan, jobs: readonly NewJob<T>[]): Promise<PushResult[]> {
  if (!Array.isArray(jobs)) throw new UsageError(`push: ${describe(jobs)} is not allowed; allowed: an array of jobs`)
  const drafts = jobs.map((job: NewJob<T>) => draft(space, plan, job))
  const results: PushResult[] = []
  for (let at = 0; at < drafts.length; at += MAX_TOGETHER) {
    results.push(...(await pushTogether(space, plan, drafts.slice(at, at + MAX_TOGETHER))))
  }
  return results
}

function draft<T>(space: Space, { codec }: QueuePlan, job: NewJob<T>): Draft {
  requireKnownOptions('push', job, JOB_FIELDS)
  const { value, ...options } = ownOptions(job, JOB_FIELDS)
  const { id, priority, delayMs } = planPush(options)
  const rank = rankOf(priority)
  const prefix = delayMs === 0 ? READY + rank : waitingUntil(space.clock.nowMs() + delayMs) + rank
  return { id, rank, prefix, sealed: seal(codec, value, noteOfId(id)) }
}

async function pushTogether(space: Space, plan: QueuePlan, drafts: readonly Draft[]): Promise<PushResult[]> {
  let duplicates: ReadonlySet<Draft> = await duplicatesIn(space, drafts, false)
  for (;;) {
    const fresh = drafts.filter((each) => !duplicates.has(each))
    const version = fresh.length === 0 ? 0 : await write(space, plan, fresh)
    if (version === 'conflict') {
      duplicates = await duplicatesIn(space, drafts, true)
      continue
    }
    let freshCount = 0
    const refused = new Set(version === 'full' ? fresh.map(({ id }) => id) : [])
    return drafts.map((each) => {
      // Nothing is a duplicate of what there was no room for.
      if (duplicates.has(each)) return refused.has(each.id) ? REFUSED : { outcome: 'duplicate', id: each.id ?? '' }
      if (version === 'full') return REFUSED
      // Counted whether or not it has an id: it is the place among all that were appended.
      const stamp = spaceStamp(version, freshCount++)
      return { outcome: 'pushed', id: each.id ?? stamp }
    })
  }
}

/** Those whose ids are there already, or come twice. Without `isLooking` only the latter. */
async function duplicatesIn(space: Space, drafts: readonly Draft[], isLooking: boolean): Promise<ReadonlySet<Draft>> {
  const ids = new Set<string>()
  const duplicates = new Set<Draft>()
  for (const each of drafts) {
    if (each.id === undefined) continue
    if (ids.has(each.id)) duplicates.add(each)
    ids.add(each.id)
  }
  if (!isLooking || ids.size === 0) return duplicates
  const kept = await space.getAll([...ids].map(idKey))
  const known = new Set(kept.flatMap((record) => (record === undefined ? [] : [record.key])))
  for (const each of drafts) if (each.id !== undefined && known.has(idKey(each.id))) duplicates.add(each)
  return duplicates
}

async function write(space: Space, plan: QueuePlan, drafts: readonly Draft[]): Promise<number | 'conflict' | 'full'> {
  const expect = drafts.flatMap(({ id }) => (id === undefined ? [] : [{ key: idKey(id), version: 0 }]))
  const { maxLength } = plan
  const changes: SpaceChange[] = [{ do: 'add', key: LENGTH, by: drafts.length, max: maxLength }]
  for (const { id, prefix, sealed } of drafts) {
    if (id !== undefined) changes.push({ do: 'put', key: idKey(id), value: '', moveCount: 0 })
    changes.push({ do: 'append', prefix, value: sealed })
  }
  const result = await space.commit({ expect, changes, isTold: true })
  if (result.outcome === 'done') return ordered(result.version)
  if (result.outcome === 'conflict') return expect.length === 0 ? 'full' : 'conflict'
  if (!plan.dropsOldest || maxLength === undefined || drafts.length > maxLength) return 'full'
  await bringAllBack(space)
  const droppable = droppableFor(drafts.map(({ rank }) => rank))
  const newcomers = { changes: changes.slice(1), expect, count: drafts.length, droppable }
  for (;;) {
    const version = await writeInPlace(space, { ...plan, maxLength }, newcomers)
    if (version !== 'shortened') return version
  }
}

interface Newcomers extends Pick<SpaceCommit, 'changes' | 'expect'> {
  readonly count: number
  /** Among these are the jobs that make room for them. */
  readonly droppable: SpaceRange
}

/**
 * As many ready jobs go in the same commit as there is no room for; where they are more than one commit may
 * take, because the queue was longer before, those go first.
 */
function writeInPlace(
  space: Space,
  { maxLength, maxTries }: { readonly maxLength: number; readonly maxTries: number },
  { changes, expect, count, droppable }: Newcomers,
): Promise<number | 'conflict' | 'full' | 'shortened'> {
  return space.change<number | 'conflict' | 'full' | 'shortened'>(LENGTH, async (length) => {
    const ids = await space.getAll(expect.map(({ key }) => key))
    if (ids.some((record) => record !== undefined)) return { commit: undefined, answer: () => 'conflict' }
    const excess = Math.max(0, space.number(length) + count - maxLength)
    if (excess > 0 && (await space.count(droppable)) < excess) return { commit: undefined, answer: () => 'full' }
    // A job that goes may take two changes, and the length takes one.
    const isInOne = 2 * excess + changes.length < MAX_COMMIT_CHANGES
    const dropped = await firstToGo(space, droppable, isInOne ? excess : Math.min(excess, MAX_TOGETHER))
    if (isInOne && dropped.length < excess) return { commit: undefined, answer: () => 'full' }
    // What has had its last try is a dead letter that nobody has found yet.
    const removals = dropped.flatMap((job) => (job.moveCount < maxTries ? removal(job) : setAside(job)))
    const gone = dropped.map(({ key, version }) => ({ key, version }))
    if (!isInOne) {
      const shorter: SpaceChange = { do: 'add', key: LENGTH, by: -dropped.length, max: undefined }
      return { commit: { expect: gone, changes: [shorter, ...removals] }, answer: () => 'shortened' }
    }
    const longer: SpaceChange = { do: 'add', key: LENGTH, by: count - dropped.length, max: undefined }
    return {
      commit: { expect: [...expect, ...gone], changes: [longer, ...removals, ...changes], isTold: true },
      answer: ordered,
    }
  })
}

function ordered(version: number): number {
  return version
}
