/**
 * A durable queue of jobs, which any number of processes push and pull.
 *
 * At least once: a job is gone when it was acknowledged, and comes back when that did not happen in time, whatever became of who
 * had it. Order: by priority, and within one as pushed; what comes back comes back to its place. Several who pull at once are
 * given jobs in this order and finish them in any.
 */
import { type Backend, type Duration, durationMs, ownOptions, positiveCount, requireKnownOptions } from '@stowage/core'
import { type CheckOptions, repairIn } from '../examination.ts'
import { requireSignal } from '../signal-option.ts'
import { openSpace, type Space } from '../space.ts'
import { firstReady } from './coming-due.ts'
import { DeadLetters } from './dead-letters.ts'
import type { Job } from './job.ts'
import { ALL_DEAD, ALL_READY, dueAt, LENGTH, waitingAt } from './layout.ts'
import { type Letter, letterIfReadable } from './letter.ts'
import { PUSH_OPTIONS, type PushOptions, planQueue, type QueueOptions, type QueuePlan } from './options.ts'
import { pullInTime } from './pulling.ts'
import { type NewJob, type PushResult, pushJobs } from './pushing.ts'
import { checkQueue, type QueueReport } from './queue-check.ts'
import { eachJob, type WorkOptions, workOff } from './working.ts'

export interface PullOptions {
  /** How long to wait for a job. Default: not at all. */
  readonly wait?: Duration
  /** Ends the wait: the pull fails with its reason. */
  readonly signal?: AbortSignal
}

export interface QueueStats {
  /** Also whose delay or visibility is over. */
  readonly ready: number
  /** Pulled and not acknowledged yet, or delayed. */
  readonly waiting: number
  readonly dead: number
}

export interface Queue<T> {
  readonly name: string
  push(value: T, options?: PushOptions): Promise<PushResult>
  /** In their order. Up to 500 are one step: all or none of them. */
  pushMany(jobs: readonly NewJob<T>[]): Promise<readonly PushResult[]>
  /** The first ready job, now this caller's for as long as its visibility. */
  pull(options?: PullOptions): Promise<Job<T> | undefined>
  /** As many as are ready, up to `limit` and 500. */
  pullMany(limit: number, options?: PullOptions): Promise<readonly Job<T>[]>
  /** Each job as it comes, until the signal ends it. To be acknowledged one by one. */
  jobs(options?: { readonly signal?: AbortSignal }): AsyncIterable<Job<T>>
  /** Hands each job to `handle`, acknowledges it when that is done, gives it back when it failed. */
  work(handle: (job: Job<T>, signal: AbortSignal) => unknown, options?: WorkOptions): Promise<void>
  /** The first ready jobs, which stay where they are. */
  peek(limit?: number): Promise<readonly Letter<T>[]>
  /** Ready or waiting. */
  size(): Promise<number>
  /** Counts what is there, which takes a sqlite file a few milliseconds for each 100,000. */
  stats(): Promise<QueueStats>
  readonly deadLetters: DeadLetters<T>
  check(options?: CheckOptions): Promise<QueueReport>
  /** Throws away every job, with its id, and all dead letters. */
  clear(): Promise<void>
}

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createQueue<T>(backend: Backend, name: string, options: QueueOptions = {}): Queue<T> {
  const plan = planQueue(options)
  return new SpaceQueue<T>(openSpace('queue', backend, name, options), plan, name)
}

export async function queueStats(space: Space): Promise<QueueStats> {
  const nowMs = space.clock.nowMs()
  const [ready = 0, due = 0, waiting = 0, dead = 0] = await Promise.all(
    [ALL_READY, dueAt(nowMs), waitingAt(nowMs), ALL_DEAD].map((range) => space.count(range)),
  )
  return { ready: ready + due, waiting, dead }
}

class SpaceQueue<T> implements Queue<T> {
  readonly name: string
  readonly deadLetters: DeadLetters<T>
  readonly #space: Space
  readonly #plan: QueuePlan

  constructor(space: Space, plan: QueuePlan, name: string) {
    this.#space = space
    this.#plan = plan
    this.name = name
    this.deadLetters = new DeadLetters(space, plan)
  }

  async push(value: T, options: PushOptions = {}): Promise<PushResult> {
    requireKnownOptions('push', options, PUSH_OPTIONS)
    const [result] = await pushJobs(this.#space, this.#plan, [{ ...ownOptions(options, PUSH_OPTIONS), value }])
    if (result === undefined) throw new Error('a push has a result')
    return result
  }

  async pushMany(jobs: readonly NewJob<T>[]): Promise<readonly PushResult[]> {
    return pushJobs(this.#space, this.#plan, jobs)
  }

  async pull(options: PullOptions = {}): Promise<Job<T> | undefined> {
    const [job] = await this.pullMany(1, options)
    return job
  }

  async pullMany(limit: number, options: PullOptions = {}): Promise<readonly Job<T>[]> {
    requireKnownOptions('pull', options, ['wait', 'signal'])
    const { wait, signal } = options
    requireSignal('pull', signal)
    const waitMs = wait === undefined ? 0 : durationMs('wait', wait)
    const wish = { limit: positiveCount('limit', limit), aheadFrom: undefined, waitMs, signal }
    return pullInTime(this.#space, this.#plan, wish)
  }

  jobs(options: { readonly signal?: AbortSignal } = {}): AsyncIterable<Job<T>> {
    return eachJob(this.#space, this.#plan, options)
  }

  work(handle: (job: Job<T>, signal: AbortSignal) => unknown, options: WorkOptions = {}): Promise<void> {
    return workOff(this.#space, this.#plan, handle, options)
  }

  async peek(limit = 1): Promise<readonly Letter<T>[]> {
    const records = await firstReady(this.#space, positiveCount('limit', limit))
    return records.flatMap((record) => letterIfReadable<T>(this.#plan.codec, record) ?? [])
  }

  async size(): Promise<number> {
    return this.#space.number(await this.#space.get(LENGTH))
  }

  async stats(): Promise<QueueStats> {
    return queueStats(this.#space)
  }

  async check(options?: CheckOptions): Promise<QueueReport> {
    return checkQueue(this.#space, repairIn(options), this.#plan.codec)
  }

  clear(): Promise<void> {
    return this.#space.drop()
  }
}
