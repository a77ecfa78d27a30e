/**
 * What one browser hears: the invalidations of the partitions it may know of, gathered for a moment and told at once.
 *
 * What waits is bounded: more than can be named is told as `all`. A browser that is slow therefore costs no more than one
 * that is not there.
 */
import {
  type Clock,
  ConfigError,
  type Duration,
  describe,
  durationMs,
  requireClock,
  requireKnownOptions,
  systemClock,
  UsageError,
} from '@stowage/core'
import type { InvalidationEvent } from './invalidation-event.ts'
import { type Change, type InvalidationHub, partitionText, type Subscriber } from './invalidation-hub.ts'
import { partitionOf, type ScopeName } from './scope.ts'

/** Tags and paths told by name in one event. */
const MAX_NAMES = 100

export interface FeedOptions<Ctx> {
  /** The partitions of this user, besides what is public: names as the scopes of queries give them. Default: none. */
  readonly scopes?: ((ctx: Ctx) => readonly ScopeName[]) | undefined
  /** How long invalidations are gathered before they are told. Default 50 ms. */
  readonly gather?: Duration | undefined
  readonly clock?: Clock | undefined
}

interface FeedCall<Ctx> {
  readonly ctx: Ctx
  readonly signal?: AbortSignal | undefined
}

export type Feed<Ctx> = (call: FeedCall<Ctx>) => AsyncGenerator<InvalidationEvent, void, unknown>

/** @throws ConfigError */
export function invalidationFeed<Ctx>(hub: InvalidationHub, options: FeedOptions<Ctx> = {}): Feed<Ctx> {
  requireKnownOptions('invalidations', options, ['scopes', 'gather', 'clock'])
  const { scopes, gather = 50, clock = systemClock } = options
  if (scopes !== undefined && typeof scopes !== 'function') {
    throw new ConfigError(
      `invalidations: scopes: ${describe(scopes)} is not allowed; allowed: a function of ctx that gives an array of scope names`,
    )
  }
  const gatherMs = durationMs('invalidations: gather', gather)
  requireClock(clock)
  return async function* feed({ ctx, signal }) {
    const heard = new Gathering(partitionsOf(scopes, ctx))
    const leave = hub.add(heard)
    const wake = () => heard.wake()
    const isOver = () => signal?.aborted === true
    signal?.addEventListener('abort', wake)
    try {
      yield { type: 'start' }
      while (!isOver()) {
        await heard.something()
        if (isOver()) return
        await new Promise<void>((resolve) => {
          clock.schedule(gatherMs, resolve)
        })
        const event = heard.take()
        if (event !== undefined) yield event
      }
    } finally {
      signal?.removeEventListener('abort', wake)
      leave()
    }
  }
}

function partitionsOf<Ctx>(scopes: FeedOptions<Ctx>['scopes'], ctx: Ctx): ReadonlySet<string> {
  const names = scopes?.(ctx) ?? []
  requireNames(names)
  return new Set(['public' as const, ...names.map((name) => partitionOf(() => name, ctx))].map(partitionText))
}

function requireNames(names: unknown): void {
  if (Array.isArray(names)) return
  throw new UsageError(`invalidations: scopes: ${describe(names)} is not a list; allowed: an array of scope names`)
}

class Gathering implements Subscriber {
  readonly #partitions: ReadonlySet<string>
  readonly #tags = new Set<string>()
  readonly #paths = new Set<string>()
  #isAll = false
  #woken = Promise.withResolvers<void>()

  constructor(partitions: ReadonlySet<string>) {
    this.#partitions = partitions
  }

  hear({ partition, tags, paths }: Change): void {
    if (!this.#partitions.has(partition) || this.#isAll) return
    for (const tag of tags) this.#tags.add(tag)
    for (const path of paths) this.#paths.add(path)
    if (this.#tags.size + this.#paths.size > MAX_NAMES) this.miss()
    this.wake()
  }

  miss(): void {
    this.#isAll = true
    this.#tags.clear()
    this.#paths.clear()
    this.wake()
  }

  wake(): void {
    this.#woken.resolve()
  }

  something(): Promise<void> {
    return this.#woken.promise
  }

  take(): InvalidationEvent | undefined {
    this.#woken = Promise.withResolvers<void>()
    const tags = [...this.#tags]
    const paths = [...this.#paths]
    const isAll = this.#isAll
    this.#isAll = false
    this.#tags.clear()
    this.#paths.clear()
    if (isAll) return { type: 'all' }
    return tags.length + paths.length > 0 ? { type: 'invalidated', tags, paths } : undefined
  }
}
