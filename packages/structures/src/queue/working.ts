/**
 * Working a queue off: so many jobs at a time, each kept from others for as long as it takes, acknowledged when it is done and
 * given back when it failed. What the backend refuses meanwhile is told and tried again: a worker outlives a restart of Redis.
 */
import { type CancelTimer, type Duration, durationMs, positiveCount, requireKnownOptions } from '@stowage/core'
import type { Space } from '../space.ts'
import type { Job } from './job.ts'
import type { QueuePlan } from './options.ts'
import { pullInTime } from './pulling.ts'

export interface WorkOptions {
  /** How many jobs are worked on at a time. Default 1. */
  readonly concurrency?: number
  /** Ends the work: what is under way is finished first. */
  readonly signal?: AbortSignal
  /** How long a job that failed waits for its next try. Default: not at all. */
  readonly retryDelay?: Duration | ((job: Job<unknown>, error: unknown) => Duration | undefined)
  /** Hears of handlers that failed (with the job), and of the backend's failures (without). Must not throw. */
  readonly onError?: (error: unknown, job: Job<unknown> | undefined) => void
}

type Handle<T> = (job: Job<T>, signal: AbortSignal) => unknown

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
const LOOK_MS = 60_000

/** Resolves when the signal has ended it, and the last job is settled. @throws ConfigError */
export async function workOff<T>(
  space: Space,
  plan: QueuePlan,
  handle: Handle<T>,
  options: WorkOptions,
): Promise<void> {
  requireKnownOptions('work', options, ['concurrency', 'signal', 'retryDelay', 'onError'])
  const { concurrency = 1, signal = new AbortController().signal, onError = ignored } = options
  positiveCount('concurrency', concurrency)
  const running = new Set<Promise<void>>()
  let pauseMs = 0
  while (!signal.aborted) {
    try {
      const wish = { limit: concurrency - running.size, waitMs: LOOK_MS, signal }
      for (const job of await pullInTime<T>(space, plan, wish)) {
        const done: Promise<void> = workOne(space, plan, job, handle, options).finally(() => running.delete(done))
        running.add(done)
      }
      pauseMs = 0
    } catch (thrown) {
      if (signal.aborted) break
      onError(thrown, undefined)
      pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, pauseMs * 2), LONGEST_PAUSE_MS)
      await passed(space, pauseMs, signal)
    }
    if (running.size >= concurrency) await Promise.race(running)
  }
  await Promise.all(running)
}

async function workOne<T>(
  space: Space,
  plan: QueuePlan,
  job: Job<T>,
  handle: Handle<T>,
  options: WorkOptions,
): Promise<void> {
  const { onError = ignored, retryDelay } = options
  const lost = new AbortController()
  const stop = keepHidden(space, plan, job, lost)
  let failure: { readonly error: unknown } | undefined
  try {
    await handle(job, lost.signal)
  } catch (error) {
    failure = { error }
    onError(error, job)
  }
  stop()
  try {
    if (failure === undefined) await job.ack()
    else {
      const delay = typeof retryDelay === 'function' ? retryDelay(job, failure.error) : retryDelay
      await job.nack(delay === undefined ? {} : { delay })
    }
  } catch (thrown) {
    // Nobody has answered for the job: it comes back when its visibility ends.
    onError(thrown, job)
  }
}

/** Extends its visibility at each third of it, until stopped; the signal tells the handler that it is no longer his. */
function keepHidden<T>(space: Space, plan: QueuePlan, job: Job<T>, lost: AbortController): () => void {
  let cancel: CancelTimer = ignored
  let isOver = false
  const extendLater = (): void => {
    cancel = space.clock.schedule(plan.visibilityMs / 3, () => {
      job.extend().then(
        (isOurs) => {
          if (!isOurs) lost.abort(new Error(`the job ${job.id} is no longer this worker's`))
          else if (!isOver) extendLater()
        },
        () => {
          // The backend may be back in time.
          if (space.clock.nowMs() >= job.visibleAtMs) lost.abort(new Error(`the job ${job.id} could not be kept`))
          else if (!isOver) extendLater()
        },
      )
    })
  }
  extendLater()
  return () => {
    isOver = true
    cancel()
  }
}

/** Jobs one after the other, for as long as the signal does not end it. Each is settled by whoever takes it. */
export async function* eachJob<T>(
  space: Space,
  plan: QueuePlan,
  { signal }: { readonly signal?: AbortSignal },
): AsyncGenerator<Job<T>> {
  while (!isAborted(signal)) {
    let jobs: Job<T>[]
    try {
      jobs = await pullInTime<T>(space, plan, { limit: 1, waitMs: LOOK_MS, signal })
    } catch (thrown) {
      if (isAborted(signal)) return
      throw thrown
    }
    yield* jobs
  }
}

function passed(space: Space, lengthMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = space.clock.schedule(durationMs('pause', lengthMs), end, true)
    signal.addEventListener('abort', end)
  })
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true
}

function ignored(): void {}
