/**
 * Working a queue off: so many jobs at a time, each kept from others for as long as it takes, acknowledged when it is done and
 * given back when it failed. What the backend refuses meanwhile is told and tried again: a worker outlives a restart of Redis.
 */
import {
  type CancelTimer,
  type Duration,
  durationMs,
  positiveCount,
  requireFunction,
  requireKnownOptions,
  ticksOf,
  UsageError,
} from '@stowage/core'
import { requireSignal } from '../signal-option.ts'
import type { Space } from '../space.ts'
import { hurry } from './acks.ts'
import type { Job, PulledJob } from './job.ts'
import type { QueuePlan } from './options.ts'
import { Stock } from './stock.ts'

export interface WorkOptions {
  /** How many jobs are worked on at a time. Default 1. */
  readonly concurrency?: number
  /**
   * How many jobs one pull may bring where they are done within milliseconds; acknowledgements of these go together, too. What
   * is not begun 20 ms after goes back, and what was done so short before a crash may be done again. 1: each is pulled when it is
   * begun, and acknowledged when it is done. Default 100.
   */
  readonly together?: number
  /** Ends the work: what is under way is finished first. */
  readonly signal?: AbortSignal
  /** How long a job that failed waits for its next try. Default: not at all. */
  readonly retryDelay?: Duration | ((job: Job<unknown>, error: unknown) => Duration | undefined)
  /**
   * Hears of handlers that failed (with the job), and of the backend's failures (without). What it throws ends the work, as the
   * signal does, and the work then fails with it.
   */
  readonly onError?: (error: unknown, job: Job<unknown> | undefined) => void
}

type Handle<T> = (job: Job<T>, signal: AbortSignal) => unknown

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000
const LOOK_MS = 60_000

const DEFAULT_TOGETHER = 100

/**
 * Resolves when the signal has ended it, and the last job is settled.
 * @throws ConfigError, what `onError` throws, and UsageError when the backend is closed meanwhile
 */
export async function workOff<T>(
  space: Space,
  plan: QueuePlan,
  handle: Handle<T>,
  options: WorkOptions,
): Promise<void> {
  requireKnownOptions('work', options, ['concurrency', 'together', 'signal', 'retryDelay', 'onError'])
  const { concurrency = 1, together = DEFAULT_TOGETHER, retryDelay } = options
  requireFunction('work: handle', handle)
  requireSignal('work', options.signal)
  if (options.onError !== undefined) requireFunction('work: onError', options.onError)
  // Looked at now: told when a job has failed, it would leave that job to wait for the end of its visibility.
  if (retryDelay !== undefined && typeof retryDelay !== 'function') durationMs('retryDelay', retryDelay)
  const { signal, onError, fail, failure } = endOf(options)
  positiveCount('concurrency', concurrency)
  await using stock = new Stock<T>(space, plan, positiveCount('together', together))
  const running = new Set<Promise<void>>()
  const answers = new Set<Promise<void>>()
  // One for whichever is done next: a race of all would leave something with those that take long, each time anew.
  let next = Promise.withResolvers<void>()
  let pauseMs = 0
  while (!signal.aborted) {
    try {
      const wish = { limit: concurrency - running.size, waitMs: LOOK_MS, signal }
      for (const job of await stock.take(wish)) {
        const done: Promise<void> = workOne(space, plan, job, handle, {
          ...(retryDelay === undefined ? {} : { retryDelay }),
          onError,
        }).then((tookMs) => {
          running.delete(done)
          next.resolve()
          if (tookMs === undefined) return
          stock.note(tookMs)
          const answer: Promise<void> = acknowledged(job, stock.ackWithinMs, onError).finally(() =>
            answers.delete(answer),
          )
          answers.add(answer)
        })
        running.add(done)
      }
      pauseMs = 0
    } catch (thrown) {
      if (signal.aborted) break
      // What is closed does not come back, as what fails may.
      if (thrown instanceof UsageError) fail(thrown)
      else onError(thrown, undefined)
      if (isAborted(signal)) break
      pauseMs = Math.min(Math.max(FIRST_PAUSE_MS, pauseMs * 2), LONGEST_PAUSE_MS)
      await passed(space, pauseMs, signal)
    }
    if (running.size < concurrency) continue
    next = Promise.withResolvers()
    await next.promise
  }
  await Promise.all(running)
  hurry(space)
  await Promise.all(answers)
  const [thrown] = failure
  if (thrown !== undefined) throw thrown.error
}

type OnError = NonNullable<WorkOptions['onError']>

/** What ends the work: the caller's signal, what its `onError` throws, or what else `fail` is given, which is kept in `failure`. */
function endOf({ signal, onError = ignored }: WorkOptions) {
  const own = new AbortController()
  const failure: { readonly error: unknown }[] = []
  const fail = (error: unknown): void => {
    failure.push({ error })
    own.abort()
  }
  return {
    signal: signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]),
    failure,
    fail,
    onError: (...told: Parameters<OnError>): void => {
      try {
        onError(...told)
      } catch (error) {
        fail(error)
      }
    },
  }
}

async function acknowledged<T>(job: PulledJob<T>, withinMs: number, onError: OnError): Promise<void> {
  try {
    await job.ackWithin(withinMs)
  } catch (thrown) {
    // Nobody has answered for the job: it comes back when its visibility ends.
    onError(thrown, job)
  }
}

/** @returns how long it took; undefined: it failed, and was given back */
async function workOne<T>(
  space: Space,
  plan: QueuePlan,
  job: Job<T>,
  handle: Handle<T>,
  { retryDelay, onError }: WorkOptions & { readonly onError: OnError },
): Promise<number | undefined> {
  const ticks = ticksOf(space.clock)
  const beganTick = ticks()
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
  if (failure === undefined) return ticks() - beganTick
  try {
    const delay = typeof retryDelay === 'function' ? retryDelay(job, failure.error) : retryDelay
    await job.nack(delay === undefined ? {} : { delay })
  } catch (thrown) {
    // Nobody has answered for the job: it comes back when its visibility ends.
    onError(thrown, job)
  }
  return undefined
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
  options: { readonly signal?: AbortSignal },
): AsyncGenerator<Job<T>> {
  requireKnownOptions('jobs', options, ['signal'])
  const { signal } = options
  requireSignal('jobs', signal)
  await using stock = new Stock<T>(space, plan, DEFAULT_TOGETHER)
  const ticks = ticksOf(space.clock)
  while (!isAborted(signal)) {
    let jobs: Job<T>[]
    try {
      jobs = await stock.take({ limit: 1, waitMs: LOOK_MS, signal })
    } catch (thrown) {
      if (isAborted(signal)) return
      throw thrown
    }
    for (const job of jobs) {
      const beganTick = ticks()
      yield job
      stock.note(ticks() - beganTick)
    }
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
