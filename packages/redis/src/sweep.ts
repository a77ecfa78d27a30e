/**
 * Sweeping: what has been invalidated is removed, and what has expired where the server has not done so itself. One pass over all keys, in
 * steps of a few batches.
 */
import type { SweepReport } from '@stowage/core'
import { type HeadsOfBatch, headsOf } from './listing.ts'
import type { Partition } from './partition.ts'
import { discard } from './removal.ts'
import { type Batch, repeatedSightings } from './sighting.ts'
import type { Store } from './store.ts'

/** Batches in one step. */
const STEP_BATCHES = 8

export class Sweeper {
  readonly #store: Store
  #pass: AsyncGenerator<Batch> | undefined

  constructor(store: Store) {
    this.#store = store
  }

  async step(nowMs: number): Promise<SweepReport> {
    this.#pass ??= repeatedSightings(this.#store, '')
    const report = { expired: 0, invalidated: 0, done: false }
    for (let batches = 0; batches < STEP_BATCHES; batches++) {
      const next = await this.#next(this.#pass)
      if (next.done === true) {
        this.#pass = undefined
        return { ...report, done: true }
      }
      const swept = await sweepBatch(this.#store, next.value, nowMs)
      report.expired += swept.expired
      report.invalidated += swept.invalidated
    }
    return report
  }

  /** A pass that has failed would say that it is over, short of the end. */
  async #next(pass: AsyncGenerator<Batch>): Promise<IteratorResult<Batch>> {
    try {
      return await pass.next()
    } catch (thrown) {
      this.#pass = undefined
      throw thrown
    }
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
  const expired = heads.entries.filter((entry) => !invalidated.includes(entry) && entry.head.facts.expireAtMs <= nowMs)
  return {
    invalidated: await discard(store, partition, invalidated, nowMs, 'invalidated'),
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
