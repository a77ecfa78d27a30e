/** The options of a queue and of what is pushed: types, defaults, and the checks that run before anything is asked. */
import {
  type Codec,
  ConfigError,
  type Duration,
  defaultCodec,
  describe,
  durationMs,
  oneOf,
  positiveCount,
  requireKnownOptions,
  UsageError,
} from '@stowage/core'
import type { StructureOptions } from '../space.ts'

export interface QueueOptions extends StructureOptions {
  /** How long a job that was pulled is kept from others, unless it is extended. Default `'30s'`. */
  readonly visibility?: Duration
  /** After so many tries that were not acknowledged a job goes to the dead letters. Default 5. */
  readonly maxTries?: number
  /** How many jobs there may be, dead letters not counted. Default: not limited. */
  readonly maxLength?: number
  /**
   * What happens to a push when there are as many. `'drop-oldest'`: ready jobs go, those of the lowest priority first and of these the
   * oldest, but none for one of a lower priority. Default `'refuse'`.
   */
  readonly whenFull?: 'refuse' | 'drop-oldest'
  /** How values become bytes. Default: core's. */
  readonly codec?: Codec
}

export interface PushOptions {
  /** A job of the same id that is still there, dead letters included, makes it a duplicate. Default: an id of its own, at most once each. */
  readonly id?: string
  /** Higher ones are pulled first. Whole numbers from -1000 to 1000. Default 0. */
  readonly priority?: number
  /** Not to be pulled before. Default: at once. */
  readonly delay?: Duration
}

export interface QueuePlan {
  readonly visibilityMs: number
  readonly maxTries: number
  readonly maxLength: number | undefined
  readonly dropsOldest: boolean
  readonly codec: Codec
}

export interface PushPlan {
  readonly id: string | undefined
  readonly priority: number
  readonly delayMs: number
}

export const PUSH_OPTIONS: readonly (keyof PushOptions)[] = ['id', 'priority', 'delay']
export const MAX_PRIORITY = 1_000
const MAX_ID_LENGTH = 512
const DEFAULT_VISIBILITY_MS = 30_000
const DEFAULT_MAX_TRIES = 5

/** @throws ConfigError naming the option, its value and what is allowed */
export function planQueue(options: QueueOptions): QueuePlan {
  requireKnownOptions('createQueue', options, ['clock', 'visibility', 'maxTries', 'maxLength', 'whenFull', 'codec'])
  const { visibility = DEFAULT_VISIBILITY_MS, maxTries = DEFAULT_MAX_TRIES, maxLength, whenFull = 'refuse' } = options
  return {
    visibilityMs: durationMs('visibility', visibility),
    maxTries: positiveCount('maxTries', maxTries),
    maxLength: maxLength === undefined ? undefined : positiveCount('maxLength', maxLength),
    dropsOldest: oneOf('whenFull', whenFull, ['refuse', 'drop-oldest']) === 'drop-oldest',
    codec: options.codec ?? defaultCodec,
  }
}

/** @throws ConfigError, or UsageError for an id that is none */
export function planPush(options: PushOptions): PushPlan {
  requireKnownOptions('push', options, PUSH_OPTIONS)
  const { id, priority = 0, delay } = options
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > MAX_ID_LENGTH || !id.isWellFormed())) {
    throw new UsageError(`id: ${describe(id)} is not an id; allowed: a text of 1 to ${MAX_ID_LENGTH} characters`)
  }
  if (!Number.isInteger(priority) || Math.abs(priority) > MAX_PRIORITY) {
    throw new ConfigError(
      `priority: ${describe(priority)} is not known; allowed: whole numbers from -${MAX_PRIORITY} to ${MAX_PRIORITY}`,
    )
  }
  return { id, priority, delayMs: delay === undefined ? 0 : durationMs('delay', delay) }
}
