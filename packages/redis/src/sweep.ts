/**
 * Sweeping: what has been invalidated is removed, and what has expired where the server has not done so itself. One pass over all keys, in
 * steps of a few batches.
 */
import type { SweepReport } from '@stowage/core'
import { signAsOf } from './envelope.ts'
import { type HeadsOfBatch, headsOf } from './listing.ts'
import type { Partition } from './partition.ts'
import { discard } from './removal.ts'
import { type Batch, repeatedSightings } from './sighting.ts'
import type { Store } from './store.ts'

/** Batches in one step. */
const STEP_BATCHES = 8

export class Sweeper {
  readonly #store: Store
  /** Begun and not over. Each is in the hands of one step at a time: several caches on one backend sweep at the same moment. */
  readonly #passes: AsyncGenerator<Batch>[] = []

  constructor(store: Store) {
    this.#store = store
  }

  async step(nowMs: number): Promise<SweepReport> {
    // One that fails is not put back: it would say that it is over, short of the end.
    const pass = this.#passes.pop() ?? repeatedSightings(this.#store, '')
    const report = { expired: 0, invalidated: 0, done: false }
    for (let batches = 0; batches < STEP_BATCHES; batches++) {
      const next = await pass.next()
      if (next.done === true) return { ...report, done: true }
      const swept = await sweepBatch(this.#store, next.value, nowMs)
      report.expired += swept.expired
      report.invalidated += swept.invalidated
    }
    this.#passes.push(pass)
    return report
  }
}

async function sweepBatch(
  store: Store,
  batch: Batch,
  nowMs: number,
): Promise<{ readonly expired: number; readonly invalidated: number }> {
  const { partition } = batch
  const heads = await headsOf(batch)
  const invalidated = await invalidOf(partition, heads)
  // One that has been told a later moment meanwhile, as a set is that did not know of it, may be valid.
  const asJudged = invalidated.map((entry) => ({ key: entry.key, sign: signAsOf(entry) }))
  const expired = heads.entries.filter((entry) => !invalidated.includes(entry) && entry.head.facts.expireAtMs <= nowMs)
  return {
    invalidated: await discard(store, partition, asJudged, nowMs, 'invalidated'),
    expired: await discard(store, partition, expired, nowMs, 'expired'),
  }
}

async function invalidOf(
  partition: Partition,
  { entries, epochText }: HeadsOfBatch,
): Promise<readonly HeadsOfBatch['entries'][number][]> {
  const verdicts = await Promise.all(
    entries.map(({ key, head, moment }) => partition.isValid(key, head.facts.tags, moment, epochText)),
  )
  return entries.filter((_, at) => verdicts[at] === false)
}
